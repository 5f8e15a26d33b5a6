import type { Node } from '../../graph/node.ts';
import * as ops from '../../ops/index.ts';
import { choice, extents, nullable, optional, type SpatialRank } from '../options.ts';
import { type Extents, eachDimension, names } from './convolution-options.ts';
import type { DataFormat } from './data-format.ts';
import { type Layer, type LayerOptions, layerKind } from './layer.ts';

export interface PoolingLayerOptions<R extends SpatialRank = SpatialRank> extends LayerOptions {
  /** Default `channelsLast`. */
  readonly dataFormat?: DataFormat;
  /** Extents of the window. Default 2. */
  readonly poolSize?: Extents<R>;
  /** Step between windows. Default null: the extents of the window. */
  readonly strides?: Extents<R> | null;
  /** `valid` or `same`. Default `valid`. */
  readonly padding?: 'valid' | 'same';
}

type Pool = (
  x: Node,
  options: { poolSize: readonly number[]; strides: readonly number[]; padding: 'valid' | 'same' },
) => Node;

const pooling = (
  className: string,
  rank: SpatialRank,
  pool: Pool,
): ((options?: PoolingLayerOptions) => Layer) =>
  layerKind({
    className,
    keras: { dataFormat: true },
    inputRank: [rank + 1, names[rank]],
    options: {
      poolSize: optional(extents(rank), eachDimension(rank, 2)),
      strides: nullable(extents(rank)),
      padding: optional(choice(['valid', 'same']), 'valid'),
    },
    call: ({ poolSize, strides, padding }, [x]) =>
      pool(x!, { poolSize, strides: strides ?? poolSize, padding }),
  });

type Make<R extends SpatialRank> = (options?: PoolingLayerOptions<R>) => Layer;

/** The largest value of each window, over [batch, length, channels]. */
export const maxPooling1d: Make<1> = pooling('MaxPooling1D', 1, ops.maxPool);
/** The largest value of each window, over [batch, height, width, channels]. */
export const maxPooling2d: Make<2> = pooling('MaxPooling2D', 2, ops.maxPool);
/** The mean of each window without padded cells, over [batch, length, channels]. */
export const averagePooling1d: Make<1> = pooling('AveragePooling1D', 1, ops.averagePool);
/** The mean of each window without padded cells, over [batch, height, width, channels]. */
export const averagePooling2d: Make<2> = pooling('AveragePooling2D', 2, ops.averagePool);
/** The largest value of each window, over [batch, depth, height, width, channels]. */
export const maxPooling3d: Make<3> = pooling('MaxPooling3D', 3, ops.maxPool);
/** The mean of each window without padded cells, over [batch, depth, height, width, channels]. */
export const averagePooling3d: Make<3> = pooling('AveragePooling3D', 3, ops.averagePool);
