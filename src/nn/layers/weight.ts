import { type Node, variable, withLayer } from '../../graph/node.ts';
import type { Layer } from './layer.ts';
import type { WeightSpec } from './layer-kind.ts';

/** A weight of a layer that was built. */
export interface Weight extends Required<WeightSpec> {
  readonly layer: Layer;
  readonly variable: Node;
}

/** The weight that a layer asks for; `made` is its variable where there is one. */
export function makeWeight(layer: Layer, spec: WeightSpec, made?: Node): Weight {
  spec.initializer.check?.(spec.shape);
  const own = spec.trainable ?? true;
  const isTrainable = (): boolean => own && layer.trainable;
  return {
    name: spec.name,
    shape: spec.shape,
    initializer: spec.initializer,
    regularizer: spec.regularizer ?? null,
    constraint: spec.constraint ?? null,
    internal: spec.internal ?? false,
    get trainable() {
      return isTrainable();
    },
    layer,
    variable: made ?? withLayer(layer.name, () => variable(`${layer.name}/${spec.name}`, spec.shape)),
  };
}
