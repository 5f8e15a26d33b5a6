import * as ops from '../../ops/index.ts';
import { choice, extents, optional, positive, type SpatialRank } from '../options.ts';
import { type Extents, names } from './convolution-options.ts';
import type { DataFormat } from './data-format.ts';
import { type Layer, type LayerOptions, layerKind } from './layer.ts';

export interface UpSampling1dOptions extends LayerOptions {
  /** How often each position stands in the output. Default 2. */
  readonly size?: number;
}

export interface UpSamplingOptions<R extends SpatialRank = SpatialRank> extends LayerOptions {
  /** Default `channelsLast`. */
  readonly dataFormat?: DataFormat;
  /** How often each position stands in the output, along each dimension. Default 2. */
  readonly size?: Extents<R>;
}

export interface UpSampling2dOptions extends UpSamplingOptions<2> {
  /** `nearest`, or `bilinear` between the centres of positions. Default `nearest`. */
  readonly interpolation?: 'nearest' | 'bilinear';
}

/** Each position of [batch, length, channels] several times. */
export const upSampling1d: (options?: UpSampling1dOptions) => Layer = layerKind({
  className: 'UpSampling1D',
  inputRank: [2, names[1]],
  options: { size: optional(positive, 2) },
  call: ({ size }, [x]) => ops.upsample(x!, { size }),
});

/** More positions of [batch, height, width, channels]: each several times, or linear between them. */
export const upSampling2d: (options?: UpSampling2dOptions) => Layer = layerKind({
  className: 'UpSampling2D',
  keras: { dataFormat: true },
  inputRank: [3, names[2]],
  options: {
    size: optional(extents(2), [2, 2]),
    interpolation: optional(choice(['nearest', 'bilinear']), 'nearest'),
  },
  call: ({ size, interpolation }, [x]) =>
    interpolation === 'nearest' ? ops.upsample(x!, { size }) : ops.upsampleLinear(x!, { size }),
});

/** Each position of [batch, depth, height, width, channels] several times. */
export const upSampling3d: (options?: UpSamplingOptions<3>) => Layer = layerKind({
  className: 'UpSampling3D',
  keras: { dataFormat: true },
  inputRank: [4, names[3]],
  options: { size: optional(extents(3), [2, 2, 2]) },
  call: ({ size }, [x]) => ops.upsample(x!, { size }),
});
