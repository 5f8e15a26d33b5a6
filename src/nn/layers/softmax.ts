import { softmax as activation } from '../activations/named.ts';
import { axisRule } from '../axis-rule.ts';
import { optional } from '../options.ts';
import { type Layer, type LayerOptions, layerKind } from './layer.ts';

export interface SoftmaxOptions extends LayerOptions {
  /** Counted as in Keras with the batch as axis 0; or negative from the end. Default -1. */
  readonly axis?: number;
}

/** exp(x) over its sum along an axis. */
export const softmax: (options?: SoftmaxOptions) => Layer = layerKind({
  className: 'Softmax',
  keras: { masking: 'refuses' },
  options: { axis: optional(axisRule, -1) },
  call: ({ axis }, [x]) => activation(x!, { axis }),
});
