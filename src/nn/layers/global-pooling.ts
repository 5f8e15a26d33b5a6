import type { Node } from '../../graph/node.ts';
import * as ops from '../../ops/index.ts';
import { boolean, optional } from '../options.ts';
import { names } from './convolution-options.ts';
import type { DataFormat } from './data-format.ts';
import { type Layer, type LayerOptions, layerKind } from './layer.ts';

export interface GlobalPoolingOptions extends LayerOptions {
  /** Default `channelsLast`. */
  readonly dataFormat?: DataFormat;
  /** Keeps the spatial axes with extent 1. Default false. */
  readonly keepdims?: boolean;
}

/** The mean over the positions that count. */
function maskedMean(x: Node, mask: Node): Node {
  const counted = ops.multiply(x, ops.reshape(mask, [...mask.type.shape, 1]));
  return ops.divide(ops.reduceSum(counted, { axes: [0] }), ops.reduceSum(mask));
}

const globalPooling = (
  className: string,
  rank: 1 | 2 | 3,
  pool: (x: Node) => Node,
): ((options?: GlobalPoolingOptions) => Layer) =>
  layerKind({
    className,
    keras: { dataFormat: true },
    inputRank: [rank + 1, names[rank]],
    options: { keepdims: optional(boolean, false) },
    call: ({ keepdims }, [x], scope) => {
      const mask = className === 'GlobalAveragePooling1D' ? scope.mask(0) : undefined;
      const y = mask ? maskedMean(x!, mask) : pool(x!);
      return keepdims ? ops.reshape(y, [...new Array<number>(rank).fill(1), ...y.type.shape]) : y;
    },
  });

type Make = (options?: GlobalPoolingOptions) => Layer;

/** The mean over all positions of [batch, length, channels]. */
export const globalAveragePooling1d: Make = globalPooling('GlobalAveragePooling1D', 1, ops.globalAveragePool);
/** The mean over all positions of [batch, height, width, channels]. */
export const globalAveragePooling2d: Make = globalPooling('GlobalAveragePooling2D', 2, ops.globalAveragePool);
/** The largest value over all positions of [batch, length, channels]. */
export const globalMaxPooling1d: Make = globalPooling('GlobalMaxPooling1D', 1, ops.globalMaxPool);
/** The largest value over all positions of [batch, height, width, channels]. */
export const globalMaxPooling2d: Make = globalPooling('GlobalMaxPooling2D', 2, ops.globalMaxPool);
/** The mean over all positions of [batch, depth, height, width, channels]. */
export const globalAveragePooling3d: Make = globalPooling('GlobalAveragePooling3D', 3, ops.globalAveragePool);
/** The largest value over all positions of [batch, depth, height, width, channels]. */
export const globalMaxPooling3d: Make = globalPooling('GlobalMaxPooling3D', 3, ops.globalMaxPool);
