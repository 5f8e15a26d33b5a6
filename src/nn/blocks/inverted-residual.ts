import { type ActivationLike, activationRule, getActivation } from '../activations/get-activation.ts';
import { batchNormalization } from '../layers/batch-normalization.ts';
import { type Extents, eachDimension } from '../layers/convolution-options.ts';
import {
  type DepthwiseConvOptions,
  depthwiseConv1d,
  depthwiseConv2d,
  depthwiseConv3d,
} from '../layers/depthwise-conv.ts';
import { activation as activationLayer } from '../layers/elementwise.ts';
import type { Layer } from '../layers/layer.ts';
import { add } from '../layers/merging.ts';
import type { SymbolicTensor } from '../layers/symbolic-tensor.ts';
import { boolean, extents, optional, positive, type SpatialRank } from '../options.ts';
import { type BlockOptions, blockScope } from './block.ts';
import { convolutions, squeezeExcite } from './squeeze-excite.ts';

/** By spatial dimensions; the options are those of the rank that the caller found. */
const depthwise = [undefined, depthwiseConv1d, depthwiseConv2d, depthwiseConv3d] as const;

export interface InvertedResidualOptions extends BlockOptions {
  /** Channels of the output. */
  readonly filters: number;
  /** The spatial step sees so many times the input's channels. Default 6. */
  readonly expansion?: number;
  /** Default 3. */
  readonly kernelSize?: Extents;
  /** Default 1. */
  readonly strides?: Extents;
  /** Default 1. */
  readonly dilationRate?: Extents;
  /** Default `relu6`. */
  readonly activation?: ActivationLike;
  /** Weighs the channels after the spatial step (`squeezeExcite`). Default false. */
  readonly squeeze?: boolean;
}

/**
 * Expands channels, convolves each by itself, and projects without an activation; added to the input where the shapes
 * are the same. Batch normalisation follows every convolution. Source: Sandler et al. 2018, arXiv:1801.04381.
 * @throws {InvalidArgumentError} {ShapeError}
 */
export function invertedResidual(x: SymbolicTensor, given: InvertedResidualOptions): SymbolicTensor {
  const rankOf = Math.min(3, Math.max(1, (x?.shape?.length ?? 2) - 1)) as SpatialRank;
  const ones = eachDimension(rankOf, 1);
  const block = blockScope('invertedResidual', x, given, {
    filters: positive,
    expansion: optional(positive, 6),
    kernelSize: optional(extents(rankOf), eachDimension(rankOf, 3)),
    strides: optional(extents(rankOf), ones),
    dilationRate: optional(extents(rankOf), ones),
    activation: optional(activationRule, getActivation('relu6', 'activation')),
    squeeze: optional(boolean, false),
  });
  const { rank, channels, named, chain } = block;
  const { filters, expansion, activation, squeeze, ...window } = block.options;
  const conv = convolutions[rank]!;
  const depthwiseOfRank = depthwise[rank] as (options: DepthwiseConvOptions) => Layer;
  const shared = { useBias: false, padding: 'same' } as const;
  const expanded =
    expansion === 1
      ? x
      : chain(
          x,
          conv({ filters: expansion * channels, kernelSize: 1, ...shared, ...named('expand') }),
          batchNormalization(named('expand_norm')),
          activationLayer({ activation, ...named('expand_activation') }),
        );
  const seen = chain(
    expanded,
    depthwiseOfRank({ ...window, ...shared, ...named('spatial') }),
    batchNormalization(named('spatial_norm')),
    activationLayer({ activation, ...named('spatial_activation') }),
  );
  const { name: prefix } = given;
  const weighed = squeeze ? squeezeExcite(seen, prefix ? { name: `${prefix}_squeeze` } : {}) : seen;
  const y = chain(
    weighed,
    conv({ filters, kernelSize: 1, ...shared, ...named('project') }),
    batchNormalization(named('project_norm')),
  );
  return y.shape.join() === x.shape.join() ? add(named('add')).apply([x, y]) : y;
}
