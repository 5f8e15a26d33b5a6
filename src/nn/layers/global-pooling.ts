import type { Node } from '../../graph/node.ts';
import * as ops from '../../ops/index.ts';
import { boolean, optional } from '../options.ts';
import { names } from './convolution-options.ts';
import { type Layer, type LayerOptions, layerKind } from './layer.ts';

export interface GlobalPoolingOptions extends LayerOptions {
  /** Keeps the spatial axes with extent 1. Default false. */
  readonly keepdims?: boolean;
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
    call: ({ keepdims }, [x]) => {
      const y = pool(x!);
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
