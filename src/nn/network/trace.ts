import type { Assignment, Node } from '../../graph/node.ts';
import type { CallContext } from '../layers/layer.ts';
import type { SymbolicTensor } from '../layers/symbolic-tensor.ts';
import { callOrder, sharesState } from './call-order.ts';
import type { Network } from './network.ts';

/** The nodes of a network for one purpose. */
export interface Trace {
  /** One node an output of the network. */
  readonly outputs: readonly Node[];
  /** Moving statistics at the end of a training step. */
  readonly assignments: readonly Assignment[];
  /** What layers add to the loss of each sample. */
  readonly losses: readonly Node[];
  /** The mask of each output, undefined where all positions count. */
  readonly masks: readonly (Node | undefined)[];
  /** The node of every tensor of the network. */
  readonly nodes: ReadonlyMap<SymbolicTensor, Node>;
}

/** Calls every layer of a network on nodes, one input node for each input of the network. */
export function traceNetwork(
  network: Network,
  inputs: readonly Node[],
  mode: Pick<CallContext, 'training' | 'inverseBatch' | 'path' | 'masks' | 'assigned'> & {
    readonly stream?: number;
  },
): Trace {
  const nodes = new Map<SymbolicTensor, Node>();
  const assignments = new Map<Node, Node>();
  const losses: Node[] = [];
  const masks = new Map<SymbolicTensor, Node | undefined>();
  for (const [k, tensor] of network.inputs.entries()) {
    nodes.set(tensor, inputs[k]!);
    masks.set(tensor, mode.masks?.[k]);
  }
  const streams = new Map(network.tensors.map((tensor, k) => [tensor, (mode.stream ?? 0) + k]));
  for (const tensor of sharesState(network.tensors) ? callOrder(network.tensors) : network.tensors) {
    if (nodes.has(tensor)) continue;
    const { layer } = tensor;
    const made = layer.callAll(
      tensor.inputs.map((source) => nodes.get(source)!),
      {
        ...mode,
        stream: streams.get(tensor)!,
        assign: (variable, value) => {
          assignments.set(variable, value);
        },
        assigned: (variable) => assignments.get(variable) ?? mode.assigned?.(variable),
        masks: tensor.inputs.map((source) => masks.get(source)),
        setMask: (mask, output = 0) => {
          masks.set(tensor.siblings[output]!, mask);
        },
        addLoss: (loss) => {
          losses.push(loss);
        },
      },
    );
    for (const [output, node] of made.entries()) nodes.set(tensor.siblings[output]!, node);
  }
  return {
    outputs: network.outputs.map((tensor) => nodes.get(tensor)!),
    assignments: [...assignments].map(([variable, value]) => ({ variable, value })),
    losses,
    masks: network.outputs.map((tensor) => masks.get(tensor)),
    nodes,
  };
}
