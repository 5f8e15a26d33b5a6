import { InvalidArgumentError, nearest } from '../errors/index.ts';
import type { Layer } from '../nn/layers/layer.ts';
import type { Network } from '../nn/network/network.ts';
import { type OutputObjective, targetShapeOf } from '../training/objective.ts';
import type { SampleShapes } from './data-arguments.ts';

/** Shapes of what is fed to a network, and of the targets that its objectives want. */
export const wantedShapes = (
  network: Network,
  objectives: readonly OutputObjective[],
): { readonly inputs: SampleShapes; readonly targets: SampleShapes } => ({
  inputs: network.inputs.map(({ layer, shape }) => ({ name: layer.name, shape })),
  targets: objectives.map((objective, k) => ({
    name: objective.name,
    shape: targetShapeOf(network, objective, k),
  })),
});

/** @throws {InvalidArgumentError} if no layer has the name */
export function layerOfName(layers: readonly Layer[], name: string): Layer {
  const found = layers.find((layer) => layer.name === name);
  if (found) return found;
  const names = layers.map((layer) => layer.name);
  throw new InvalidArgumentError({
    call: 'getLayer',
    argument: 'name',
    expected: `one of ${names.join(', ')}`,
    received: name,
    suggestion: typeof name === 'string' ? nearest(name, names) : undefined,
  });
}
