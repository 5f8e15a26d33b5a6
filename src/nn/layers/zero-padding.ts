import * as ops from '../../ops/index.ts';
import { optional } from '../options.ts';
import { type Borders, borders, type Pair } from './border-rule.ts';
import { names } from './convolution-options.ts';
import type { DataFormat } from './data-format.ts';
import { type Layer, type LayerOptions, layerKind } from './layer.ts';

export interface ZeroPadding1dOptions extends LayerOptions {
  /** Zeros on both sides, or [before, after]. Default 1. */
  readonly padding?: number | Pair;
}

export interface ZeroPadding2dOptions extends LayerOptions {
  /** Default `channelsLast`. */
  readonly dataFormat?: DataFormat;
  /** Zeros on all sides, [height, width] on both sides, or [[top, bottom], [left, right]]. Default 1. */
  readonly padding?: Borders<2>;
}

export interface ZeroPadding3dOptions extends LayerOptions {
  /** Default `channelsLast`. */
  readonly dataFormat?: DataFormat;
  /** Zeros on all sides, [depth, height, width] on both sides, or a pair [before, after] for each. Default 1. */
  readonly padding?: Borders<3>;
}

const zeroPadding = (rank: 1 | 2 | 3): ((options?: object) => Layer) =>
  layerKind({
    className: `ZeroPadding${rank}D`,
    keras: { dataFormat: rank > 1 },
    inputRank: [rank + 1, names[rank]],
    options: { padding: optional(borders(rank), new Array<Pair>(rank).fill([1, 1])) },
    call: (o, [x]) => ops.pad(x!, { padding: [...o.padding, [0, 0]] }),
  });

/** A border of zeros around [batch, length, channels]. */
export const zeroPadding1d: (options?: ZeroPadding1dOptions) => Layer = zeroPadding(1);
/** A border of zeros around [batch, height, width, channels]. */
export const zeroPadding2d: (options?: ZeroPadding2dOptions) => Layer = zeroPadding(2);
/** A border of zeros around [batch, depth, height, width, channels]. */
export const zeroPadding3d: (options?: ZeroPadding3dOptions) => Layer = zeroPadding(3);
