import { ShapeError } from '../../errors/index.ts';
import * as ops from '../../ops/index.ts';
import { optional } from '../options.ts';
import { type Borders, borders, type Pair } from './border-rule.ts';
import { names } from './convolution-options.ts';
import type { DataFormat } from './data-format.ts';
import { type Layer, type LayerOptions, layerKind } from './layer.ts';

export interface Cropping1dOptions extends LayerOptions {
  /** Positions to leave out on both sides, or [before, after]. Default 1. */
  readonly cropping?: number | Pair;
}

export interface CroppingOptions<R extends 2 | 3 = 2 | 3> extends LayerOptions {
  /** Default `channelsLast`. */
  readonly dataFormat?: DataFormat;
  /** Positions to leave out: on all sides, one number a dimension for both its sides, or a pair a dimension. */
  readonly cropping?: Borders<R>;
}

const croppingLayer = (rank: 1 | 2 | 3, fallback: Pair): ((options?: object) => Layer) =>
  layerKind({
    className: `Cropping${rank}D`,
    keras: { dataFormat: rank > 1 },
    inputRank: [rank + 1, names[rank]],
    options: { cropping: optional(borders(rank), new Array<Pair>(rank).fill(fallback)) },
    call: ({ cropping }, [x]) => {
      const { shape } = x!.type;
      if (cropping.some(([before, after], k) => before + after >= shape[k]!)) {
        const least = cropping.map(([before, after]) => before + after + 1).join(', ');
        const expected = `spatial extents of at least [${least}], so that something is left`;
        throw new ShapeError({ subject: 'the input', expected, received: [null, ...shape] });
      }
      return ops.crop(x!, { cropping: [...cropping, [0, 0]] });
    },
  });

/** [batch, length, channels] without its ends. Default [1, 1]. */
export const cropping1d: (options?: Cropping1dOptions) => Layer = croppingLayer(1, [1, 1]);
/** [batch, height, width, channels] without its border. Default 0, as in Keras. */
export const cropping2d: (options?: CroppingOptions<2>) => Layer = croppingLayer(2, [0, 0]);
/** [batch, depth, height, width, channels] without its border. Default 1 on every side, as in Keras. */
export const cropping3d: (options?: CroppingOptions<3>) => Layer = croppingLayer(3, [1, 1]);
