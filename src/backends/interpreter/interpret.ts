import { joinInTree, shardCount, shardStart } from '../../compiler/plan/contract-constants.ts';
import { isUnsharded } from '../../compiler/plan/order.ts';
import { InvalidArgumentError, positiveInteger, ShapeError } from '../../errors/index.ts';
import { type Graph, type Node, rootsOf, topologicalOrder } from '../../graph/node.ts';
import { elementCount, type TensorType } from '../../ir/tensor-type.ts';
import { doubleFunctions, type RandomKey, singleFunctions } from './functions.ts';
import {
  accumulatorsOf,
  generatePiece,
  type NumberArray,
  type PieceFunction,
  type Precision,
} from './generate.ts';

export type { NumberArray, Precision } from './generate.ts';

export interface InterpretOptions {
  /**
   * `f64`: float64 and the host's functions, sums in any order. `f32`: every operation rounded to float32, the
   * library's own functions, sums and shards as the bit contract says (the graph must come from `order`).
   */
  readonly precision: Precision;
  readonly batchSize: number;
  /** Default 0. */
  readonly step?: number;
  /** Default [0, 0]. */
  readonly seed?: readonly [low: number, high: number];
}

export interface Interpreted {
  /** By name of the output. */
  readonly outputs: Readonly<Record<string, NumberArray>>;
  /** New values of the assigned variables; none if the output that guards them is not finite. */
  readonly variables: ReadonlyMap<Node, NumberArray>;
}

/**
 * Evaluates a graph node by node, each over the whole batch; plans nothing.
 * @param inputs by name of the input node, row-major, batched ones sample after sample
 * @param variables by node
 * @throws {InvalidArgumentError} if a value is missing {ShapeError} if one has the wrong number of elements
 */
export function interpret(
  graph: Graph,
  inputs: Readonly<Record<string, ArrayLike<number>>>,
  variables: ReadonlyMap<Node, ArrayLike<number>>,
  options: InterpretOptions,
): Interpreted {
  const { precision, step = 0, seed = [0, 0] } = options;
  const batchSize = positiveInteger(options.batchSize, 'batchSize');
  const key: RandomKey = { step, seedLow: seed[0], seedHigh: seed[1] };
  const roots = rootsOf(graph);
  const order = topologicalOrder(roots);
  const uses = new Map<Node, number>();
  for (const node of [...order.flatMap((n) => n.inputs), ...roots]) uses.set(node, (uses.get(node) ?? 0) + 1);
  const values = new Map<Node, NumberArray>();
  for (const node of order) {
    if (node.role === 'compute') {
      const sources = node.inputs.map((source) => values.get(source)!);
      values.set(node, evaluate(node, sources, batchSize, key, precision));
      for (const source of node.inputs) {
        uses.set(source, uses.get(source)! - 1);
        if (uses.get(source) === 0) values.delete(source);
      }
    } else {
      const given = node.role === 'input' ? inputs[node.name] : variables.get(node);
      values.set(node, fed(node, given, batchSize, precision));
    }
  }
  const outputs = Object.fromEntries(
    Object.entries(graph.outputs).map(([name, node]) => [name, values.get(node)!]),
  );
  const open = graph.guard === undefined || outputs[graph.guard]!.every(Number.isFinite);
  const assignments = open ? graph.assignments : [];
  return {
    outputs,
    variables: new Map(assignments.map(({ variable, value }) => [variable, values.get(value)!])),
  };
}

function fed(
  node: Node,
  given: ArrayLike<number> | undefined,
  batchSize: number,
  precision: Precision,
): NumberArray {
  if (!given) {
    throw new InvalidArgumentError({
      argument: `${node.role} "${node.name}"`,
      expected: 'values',
      received: given,
    });
  }
  const count = sizeOf(node.type, batchSize);
  if (given.length !== count) {
    throw new ShapeError({
      subject: `the values of ${node.role} "${node.name}"`,
      expected: `${count} numbers`,
      received: [given.length],
    });
  }
  if (node.type.dtype === 'i32') return Int32Array.from(given);
  if (node.type.dtype === 'u8') return Uint8Array.from(given);
  return precision === 'f32' ? Float32Array.from(given) : Float64Array.from(given);
}

const sizeOf = (type: TensorType, batchSize: number): number =>
  elementCount(type.shape) * (type.batched ? batchSize : 1);

const compiled: Readonly<Record<Precision, WeakMap<Node, readonly PieceFunction[]>>> = {
  f32: new WeakMap(),
  f64: new WeakMap(),
};

function functionsOf(node: Node, precision: Precision): readonly PieceFunction[] {
  const known = compiled[precision].get(node);
  if (known) return known;
  const { batch, pieces } = node.definition!;
  const sources = new Map(node.inputs.map((source) => [source.id, source.type]));
  const functions = precision === 'f32' ? singleFunctions : doubleFunctions;
  const made = pieces.map((piece) => generatePiece(piece, batch, node.type, sources, precision, functions));
  compiled[precision].set(node, made);
  return made;
}

function evaluate(
  node: Node,
  sources: readonly NumberArray[],
  batchSize: number,
  key: RandomKey,
  precision: Precision,
): NumberArray {
  const { batch, fill = 0 } = node.definition!;
  if (batch === 'reduce') return sumSamples(node, sources, batchSize, key, precision);
  const out = make(precision, sizeOf(node.type, batchSize));
  if (fill !== 0) out.fill(fill);
  for (const run of functionsOf(node, precision)) {
    for (let sample = 0; sample < (batch === 'map' ? batchSize : 1); sample++) run(out, sample, key, sources);
  }
  return out;
}

/** Shards one after another, joined in the tree; then the eight accumulators of interleaved pieces are closed. */
function sumSamples(
  node: Node,
  sources: readonly NumberArray[],
  batchSize: number,
  key: RandomKey,
  precision: Precision,
): NumberArray {
  const { pieces } = node.definition!;
  const width = Math.max(...pieces.map((piece) => accumulatorsOf(piece, precision)));
  const size = elementCount(node.type.shape) * width;
  const shards = precision === 'f64' || isUnsharded(node, batchSize) ? 1 : shardCount(batchSize);
  const parts = Array.from({ length: shards }, () => make(precision, size));
  parts.forEach((part, shard) => {
    const end = shardStart(shard + 1, batchSize, shards);
    for (let sample = shardStart(shard, batchSize, shards); sample < end; sample++) {
      for (const run of functionsOf(node, precision)) run(part, sample, key, sources);
    }
  });
  joinInTree(shards, (a, b) => {
    const [into, from] = [parts[a]!, parts[b]!];
    for (let k = 0; k < size; k++) into[k] = into[k]! + from[k]!;
  });
  return width === 1 ? parts[0]! : close(parts[0]!, precision);
}

/** ((p0+p4)+(p2+p6)) + ((p1+p5)+(p3+p7)) for every element. */
function close(partials: NumberArray, precision: Precision): NumberArray {
  const out = make(precision, partials.length / 8);
  const f = Math.fround;
  for (let k = 0; k < out.length; k++) {
    const pair = (l: number): number => f(partials[8 * k + l]! + partials[8 * k + l + 4]!);
    out[k] = f(f(pair(0) + pair(2)) + f(pair(1) + pair(3)));
  }
  return out;
}

const make = (precision: Precision, length: number): Float32Array | Float64Array =>
  precision === 'f32' ? new Float32Array(length) : new Float64Array(length);
