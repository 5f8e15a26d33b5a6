import type { Node } from '../../graph/node.ts';
import { add } from '../../ops/index.ts';
import type { Layer, Weight } from '../layers/layer.ts';
import { type Network, weightsOf } from './network.ts';

/** Names of weights with those of the layers around them: `dense/kernel`, or `backbone/stem/kernel` inside a model. */
export function weightPaths({ layers }: Pick<Network, 'layers'>): ReadonlyMap<Weight, string> {
  const paths = new Map<Weight, string>();
  const visit = (own: readonly Layer[], before: string): void => {
    for (const layer of own) {
      const path = `${before}${layer.name}/`;
      if (layer.nested.length > 0) visit(layer.nested, path);
      else for (const weight of layer.weights) paths.set(weight, `${path}${weight.name}`);
    }
  };
  visit(layers, '');
  return paths;
}

/** All layers, those inside of models that are used as layers in the place of these models. */
export const innermostLayers = (layers: readonly Layer[]): Layer[] =>
  layers.flatMap((layer) => (layer.nested.length > 0 ? innermostLayers(layer.nested) : [layer]));

/** The sum of the penalties of all weights that are trained (shape []), or undefined where there is none. */
export function penaltyOf(network: Network): Node | undefined {
  const penalties = weightsOf(network).flatMap(({ regularizer, trainable, variable }) =>
    regularizer && trainable ? [regularizer.penalty(variable)] : [],
  );
  return penalties.length > 0 ? penalties.reduce((sum, penalty) => add(sum, penalty)) : undefined;
}
