import type { Node } from '../../graph/node.ts';
import * as ops from '../../ops/index.ts';
import { extents, type SpatialRank } from '../options.ts';
import { type Extents, names } from './convolution-options.ts';
import type { DataFormat } from './data-format.ts';
import { type Layer, type LayerOptions, layerKind } from './layer.ts';

export interface AdaptivePoolingOptions<R extends SpatialRank = SpatialRank> extends LayerOptions {
  /** Positions of the output. */
  readonly outputSize: Extents<R>;
  /** Default `channelsLast`. */
  readonly dataFormat?: DataFormat;
}

const adaptivePooling = (
  kind: 'Average' | 'Max',
  rank: SpatialRank,
  pool: (x: Node, options: { outputSize: readonly number[] }) => Node,
): ((options: AdaptivePoolingOptions) => Layer) =>
  layerKind({
    className: `Adaptive${kind}Pooling${rank}D`,
    keras: { dataFormat: true },
    inputRank: [rank + 1, names[rank]],
    options: { outputSize: extents(rank) },
    call: ({ outputSize }, [x]) => pool(x!, { outputSize }),
  });

type Make<R extends SpatialRank> = (options: AdaptivePoolingOptions<R>) => Layer;

/** Means over windows that give so many outputs, over [batch, length, channels]. */
export const adaptiveAveragePooling1d: Make<1> = adaptivePooling('Average', 1, ops.adaptiveAveragePool);
/** The same over [batch, height, width, channels]. */
export const adaptiveAveragePooling2d: Make<2> = adaptivePooling('Average', 2, ops.adaptiveAveragePool);
/** The same over [batch, depth, height, width, channels]. */
export const adaptiveAveragePooling3d: Make<3> = adaptivePooling('Average', 3, ops.adaptiveAveragePool);
/** Maxima over windows that give so many outputs, over [batch, length, channels]. */
export const adaptiveMaxPooling1d: Make<1> = adaptivePooling('Max', 1, ops.adaptiveMaxPool);
/** The same over [batch, height, width, channels]. */
export const adaptiveMaxPooling2d: Make<2> = adaptivePooling('Max', 2, ops.adaptiveMaxPool);
/** The same over [batch, depth, height, width, channels]. */
export const adaptiveMaxPooling3d: Make<3> = adaptivePooling('Max', 3, ops.adaptiveMaxPool);
