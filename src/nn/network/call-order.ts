import type { SymbolicTensor } from '../layers/symbolic-tensor.ts';

/**
 * Tensors in the order in which Keras calls their layers: from the deepest application to the outputs (see
 * `orderNetwork`), and of equal depth as they are met on the way back from the outputs. What is computed does not depend on
 * it, but what a layer with a state leaves that is called more than once, such as a batch normalisation.
 */
export function callOrder(tensors: readonly SymbolicTensor[]): SymbolicTensor[] {
  const depths = new Map<readonly SymbolicTensor[], number>();
  const ofLayer = new Map<SymbolicTensor['layer'], number>();
  for (const { layer, siblings, inputs } of [...tensors].reverse()) {
    const depth = Math.max(depths.get(siblings) ?? 0, ofLayer.get(layer) ?? 0);
    depths.set(siblings, depth);
    ofLayer.set(layer, depth);
    for (const source of inputs) {
      depths.set(source.siblings, Math.max(depth + 1, depths.get(source.siblings) ?? 0));
    }
  }
  const met = new Map([...depths.keys()].map((siblings, k) => [siblings, k]));
  return [...tensors].sort(
    (a, b) =>
      depths.get(b.siblings)! - depths.get(a.siblings)! || met.get(a.siblings)! - met.get(b.siblings)!,
  );
}

/** Whether a layer with weights that are not trained is called more than once. */
export function sharesState(tensors: readonly SymbolicTensor[]): boolean {
  const seen = new Map<SymbolicTensor['layer'], readonly SymbolicTensor[]>();
  return tensors.some(({ layer, siblings }) => {
    const isRepeated = (seen.get(layer) ?? siblings) !== siblings;
    seen.set(layer, siblings);
    return isRepeated && layer.weights.some(({ trainable }) => !trainable);
  });
}
