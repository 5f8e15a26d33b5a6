import { inLayer } from '../errors/index.ts';
import type { Definition } from '../ir/definition.ts';
import type { Dtype, TensorType } from '../ir/tensor-type.ts';
import { loadsOf } from '../ir/walk.ts';

/**
 * An immutable value of a computation. `input` is fed from outside (a batch of samples, or a number such as the
 * learning rate), `variable` is kept from step to step (parameters, moving statistics, optimiser state),
 * `compute` is what its definition says.
 */
export interface Node {
  readonly id: number;
  readonly name: string;
  readonly role: 'input' | 'variable' | 'compute';
  readonly type: TensorType;
  /** Only of `compute`. */
  readonly definition?: Definition;
  /** The distinct nodes that the definition loads, by first occurrence. */
  readonly inputs: readonly Node[];
  /** No gradient flows to the inputs of this node (argmax, random masks, `stopGradient`). */
  readonly stopGradient: boolean;
  /** Name of the layer that made the node, for errors and reports. */
  readonly layer?: string;
}

/** A variable and the node (same shape, no batch) whose value it takes at the end of a step. */
export interface Assignment {
  readonly variable: Node;
  readonly value: Node;
}

/** What is compiled: values to read after a step, and variables to write. */
export interface Graph {
  readonly outputs: Readonly<Record<string, Node>>;
  readonly assignments: readonly Assignment[];
  /**
   * Name of a batched output that has to be finite in every element of every sample (the loss): else the step
   * assigns no variable.
   */
  readonly guard?: string;
  /** Assigned variables that a run of its own can set before the first step (see `Program.prelude`). */
  readonly prelude?: readonly Node[];
}

let nextId = 1;
let currentLayer: string | undefined;

/** Nodes made while `body` runs carry the layer's name, and so do errors of arguments and shapes. */
export function withLayer<T>(layer: string, body: () => T): T {
  const before = currentLayer;
  currentLayer = layer;
  try {
    return inLayer(layer, body);
  } finally {
    currentLayer = before;
  }
}

/** A value fed from outside before each step. Unbatched inputs are small (a learning rate: shape []). */
export function input(name: string, type: TensorType): Node {
  return { id: nextId++, name, role: 'input', type, inputs: [], stopGradient: true, ...layerField() };
}

/** A float32 value kept from step to step. */
export function variable(name: string, shape: readonly number[]): Node {
  const type: TensorType = { dtype: 'f32', shape, batched: false };
  return { id: nextId++, name, role: 'variable', type, inputs: [], stopGradient: false, ...layerField() };
}

/**
 * A computed value. The shape excludes the batch; whether it is batched follows from `definition.batch`.
 * `operands` must hold every node that the definition loads (others are ignored).
 */
export function computeNode(
  name: string,
  shape: readonly number[],
  definition: Definition,
  operands: readonly Node[],
  options: { stopGradient?: boolean; dtype?: Dtype } = {},
): Node {
  return {
    id: nextId++,
    name,
    role: 'compute',
    type: { dtype: options.dtype ?? 'f32', shape, batched: definition.batch === 'map' },
    definition,
    inputs: loadedInputs(name, definition, operands),
    stopGradient: options.stopGradient ?? false,
    ...layerField(),
  };
}

/** Of some operands the distinct ones that a definition loads, by first occurrence. */
export function loadedInputs(name: string, definition: Definition, operands: readonly Node[]): Node[] {
  const inputs: Node[] = [];
  for (const piece of definition.pieces) {
    for (const { source } of loadsOf(piece.value)) {
      if (inputs.some((node) => node.id === source)) continue;
      const node = operands.find(({ id }) => id === source);
      if (!node) throw new Error(`internal: "${name}" loads node ${source}, which is not among its operands`);
      inputs.push(node);
    }
  }
  return inputs;
}

/** The node as a new one whose definition loads `inputs` (distinct, by first occurrence) at the same places. */
export const overInputs = (node: Node, definition: Definition, inputs: readonly Node[]): Node => ({
  ...node,
  id: nextId++,
  definition,
  inputs,
});

function layerField(): { layer?: string } {
  return currentLayer === undefined ? {} : { layer: currentLayer };
}

/** Every node that `roots` need, inputs before their users, in a stable order. */
export function topologicalOrder(roots: readonly Node[]): Node[] {
  const order: Node[] = [];
  const seen = new Set<number>();
  // one loop, not one a root: V8 optimizes a loop while it runs, and throws that away where it ends
  const stack: { node: Node | undefined; inputs: readonly Node[]; next: number }[] = [
    { node: undefined, inputs: roots, next: 0 },
  ];
  for (let top = stack[0]; top !== undefined; top = stack[stack.length - 1]) {
    const child = top.inputs[top.next++];
    if (child === undefined) {
      if (top.node) order.push(top.node);
      stack.pop();
    } else if (!seen.has(child.id)) {
      seen.add(child.id);
      stack.push({ node: child, inputs: child.inputs, next: 0 });
    }
  }
  return order;
}

/** Outputs and assigned values of a graph. */
export const rootsOf = (graph: Graph): Node[] => [
  ...Object.values(graph.outputs),
  ...graph.assignments.map((assignment) => assignment.value),
];

const orders = new WeakMap<Graph, readonly Node[]>();

/** Every node that outputs and assigned values need, inputs before their users. */
export function orderOf(graph: Graph): readonly Node[] {
  let order = orders.get(graph);
  if (!order) {
    order = topologicalOrder(rootsOf(graph));
    orders.set(graph, order);
  }
  return order;
}
