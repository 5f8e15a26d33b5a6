import type { Node } from '../../graph/node.ts';
import * as ops from '../../ops/index.ts';
import { choice, extents, nullable, optional } from '../options.ts';
import { type Extents, names } from './convolution-options.ts';
import type { DataFormat } from './data-format.ts';
import { type Layer, type LayerOptions, layerKind } from './layer.ts';

export interface PoolingLayerOptions extends LayerOptions {
  /** Default `channelsLast`. */
  readonly dataFormat?: DataFormat;
  /** Extents of the window. Default 2. */
  readonly poolSize?: Extents;
  /** Step between windows. Default null: the extents of the window. */
  readonly strides?: Extents | null;
  /** `valid` or `same`. Default `valid`. */
  readonly padding?: 'valid' | 'same';
}

type Pool = (x: Node, options: { poolSize: number[]; strides: number[]; padding: 'valid' | 'same' }) => Node;

const pooling = (
  className: string,
  rank: 1 | 2 | 3,
  pool: Pool,
): ((options?: PoolingLayerOptions) => Layer) =>
  layerKind({
    className,
    keras: { dataFormat: true },
    inputRank: [rank + 1, names[rank]],
    options: {
      poolSize: optional(extents(rank), new Array<number>(rank).fill(2)),
      strides: nullable(extents(rank)),
      padding: optional(choice(['valid', 'same']), 'valid'),
    },
    call: ({ poolSize, strides, padding }, [x]) =>
      pool(x!, { poolSize, strides: strides ?? poolSize, padding }),
  });

type Make = (options?: PoolingLayerOptions) => Layer;

/** The largest value of each window, over [batch, length, channels]. */
export const maxPooling1d: Make = pooling('MaxPooling1D', 1, ops.maxPool);
/** The largest value of each window, over [batch, height, width, channels]. */
export const maxPooling2d: Make = pooling('MaxPooling2D', 2, ops.maxPool);
/** The mean of each window without padded cells, over [batch, length, channels]. */
export const averagePooling1d: Make = pooling('AveragePooling1D', 1, ops.averagePool);
/** The mean of each window without padded cells, over [batch, height, width, channels]. */
export const averagePooling2d: Make = pooling('AveragePooling2D', 2, ops.averagePool);
/** The largest value of each window, over [batch, depth, height, width, channels]. */
export const maxPooling3d: Make = pooling('MaxPooling3D', 3, ops.maxPool);
/** The mean of each window without padded cells, over [batch, depth, height, width, channels]. */
export const averagePooling3d: Make = pooling('AveragePooling3D', 3, ops.averagePool);
