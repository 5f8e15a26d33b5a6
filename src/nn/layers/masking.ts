import * as ops from '../../ops/index.ts';
import { number, optional } from '../options.ts';
import { type Layer, type LayerOptions, layerKind } from './layer.ts';

export interface MaskingOptions extends LayerOptions {
  /** Default 0. */
  readonly maskValue?: number;
}

/**
 * Marks positions of [batch, ..., channels] whose channels all have one value, and sets them to 0. Such positions do not
 * count in `globalAveragePooling1d`, in the statistics of `batchNormalization`, and in losses and means of metrics of an
 * output that still has the mask. Layers that mix positions end it, as in Keras.
 */
export const masking: (options?: MaskingOptions) => Layer = layerKind({
  className: 'Masking',
  options: { maskValue: optional(number(), 0) },
  call: ({ maskValue }, [x], scope) => {
    const mask = ops.anyDiffers(x!, { value: maskValue });
    scope.setMask(mask);
    return ops.multiply(x!, ops.reshape(mask, [...mask.type.shape, 1]));
  },
});
