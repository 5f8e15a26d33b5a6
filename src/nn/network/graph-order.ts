import type { Layer } from '../layers/layer.ts';
import type { SymbolicTensor } from '../layers/symbolic-tensor.ts';

/** Everything between inputs and outputs of a network. */
export interface NetworkOrder {
  /** Every tensor after what it is made from. */
  readonly tensors: readonly SymbolicTensor[];
  /** Every layer once, in the order of Keras: the deepest first, then by first visit from the outputs. */
  readonly layers: readonly Layer[];
}

/**
 * Orders the tensors and layers that the outputs need. Depth of a layer: the longest way from it to an output.
 * Keras orders `model.layers`, and with them weights and optimiser state in files, the same way.
 */
export function orderNetwork(
  inputs: readonly SymbolicTensor[],
  outputs: readonly SymbolicTensor[],
): NetworkOrder {
  const visits = new Map<Layer, number>();
  const tensors: SymbolicTensor[] = [];
  const done = new Set<SymbolicTensor>();
  const open = new Set<SymbolicTensor>();
  const stack = [...outputs].reverse();
  while (stack.length > 0) {
    const tensor = stack.at(-1)!;
    if (done.has(tensor)) {
      stack.pop();
    } else if (open.has(tensor)) {
      stack.pop();
      done.add(tensor);
      tensors.push(tensor);
    } else {
      open.add(tensor);
      if (!visits.has(tensor.layer)) visits.set(tensor.layer, visits.size);
      if (!inputs.includes(tensor)) stack.push(...[...tensor.inputs].reverse());
    }
  }
  const depth = new Map<Layer, number>();
  const tensorDepth = new Map<SymbolicTensor, number>();
  for (const tensor of [...tensors].reverse()) {
    const own = Math.max(tensorDepth.get(tensor) ?? 0, depth.get(tensor.layer) ?? 0);
    depth.set(tensor.layer, own);
    for (const source of tensor.inputs) {
      tensorDepth.set(source, Math.max(own + 1, tensorDepth.get(source) ?? 0));
    }
  }
  const layers = [...depth.keys()].sort(
    (a, b) => depth.get(b)! - depth.get(a)! || visits.get(a)! - visits.get(b)!,
  );
  return { tensors, layers };
}
