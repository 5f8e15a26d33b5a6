import { UnsupportedError } from '../../errors/index.ts';
import type { Layer } from '../../nn/layers/layer.ts';
import type { SymbolicTensor } from '../../nn/layers/symbolic-tensor.ts';
import type { Network } from '../../nn/network/network.ts';
import type { Dataset } from '../dataset.ts';
import { augment } from './augment.ts';
import { isAugmentation } from './kinds.ts';

/** The augmentation layers between an input of a network and what first computes with it. */
export function augmentationOf(network: Network, input: SymbolicTensor): Layer[] {
  const chain: Layer[] = [];
  for (let tensor = input; ; ) {
    const readers = network.tensors.filter(({ inputs }) => inputs.includes(tensor));
    if (readers.length !== 1 || !isAugmentation(readers[0]!.layer)) return chain;
    tensor = readers[0]!;
    chain.push(tensor.layer);
  }
}

/**
 * The data set as the augmentation layers with which a network begins change it in training.
 * @throws {UnsupportedError} for an augmentation layer behind a layer of another kind
 */
export function augmentedFor(network: Network, dataset: Dataset): Dataset {
  const layers = network.layers.filter(isAugmentation);
  let augmented = dataset;
  const found = new Set<Layer>();
  for (const [k, input] of network.inputs.entries()) {
    const chain = augmentationOf(network, input);
    for (const layer of chain) found.add(layer);
    const named = dataset.inputs.findIndex(({ name }) => name === input.layer.name);
    if (chain.length > 0) augmented = augment(augmented, chain, { input: named >= 0 ? named : k });
  }
  const misplaced = layers.find((layer) => !found.has(layer));
  if (misplaced)
    throw new UnsupportedError({
      call: 'fit',
      feature: `The augmentation layer "${misplaced.name}" behind layers of other kinds`,
      advice: 'Put it first, on an input that nothing else reads',
    });
  return augmented;
}
