import * as ops from '../../ops/index.ts';
import { number, optional } from '../options.ts';
import { type Layer, type LayerOptions, layerKind } from './layer.ts';

export interface MaskingOptions extends LayerOptions {
  /** Default 0. */
  readonly maskValue?: number;
}

/**
 * Marks positions of [batch, length, channels] whose channels all have one value, and sets them to 0. Layers that leave
 * such positions out: `globalAveragePooling1d`.
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
