import { type ActivationLike, activationRule, getActivation } from '../activations/get-activation.ts';
import { type ConvOptions, conv1d, conv2d, conv3d } from '../layers/conv.ts';
import {
  globalAveragePooling1d,
  globalAveragePooling2d,
  globalAveragePooling3d,
} from '../layers/global-pooling.ts';
import type { Layer } from '../layers/layer.ts';
import { multiply } from '../layers/merging.ts';
import type { SymbolicTensor } from '../layers/symbolic-tensor.ts';
import { nullable, optional, positive } from '../options.ts';
import { type BlockOptions, blockScope } from './block.ts';

export const pools: readonly [
  undefined,
  typeof globalAveragePooling1d,
  typeof globalAveragePooling2d,
  typeof globalAveragePooling3d,
] = [undefined, globalAveragePooling1d, globalAveragePooling2d, globalAveragePooling3d];
/** By spatial dimensions; the options are those of the rank that the caller found. */
export const convolutions: readonly (undefined | ((options: ConvOptions) => Layer))[] = [
  undefined,
  conv1d as (options: ConvOptions) => Layer,
  conv2d as (options: ConvOptions) => Layer,
  conv3d as (options: ConvOptions) => Layer,
];

export interface SqueezeExciteOptions extends BlockOptions {
  /** Channels between. Default: a quarter of the input's, at least 1. */
  readonly units?: number | null;
  /** Default `relu`. */
  readonly activation?: ActivationLike;
  /** Default `sigmoid`. */
  readonly gate?: ActivationLike;
}

/**
 * Weighs the channels by what their means say: two pointwise convolutions of the means give a factor for each.
 * Source: Hu et al. 2018, arXiv:1709.01507.
 * @throws {InvalidArgumentError} {ShapeError}
 */
export function squeezeExcite(x: SymbolicTensor, options: SqueezeExciteOptions = {}): SymbolicTensor {
  const block = blockScope('squeezeExcite', x, options, {
    units: nullable(positive),
    activation: optional(activationRule, getActivation('relu', 'activation')),
    gate: optional(activationRule, getActivation('sigmoid', 'gate')),
  });
  const { rank, channels, named } = block;
  const { units, activation, gate } = block.options;
  const conv = convolutions[rank]!;
  const inner = units ?? Math.max(1, Math.floor(channels / 4));
  const factors = block.chain(
    x,
    pools[rank]!({ keepdims: true, ...named('squeeze') }),
    conv({ filters: inner, kernelSize: 1, activation, ...named('reduce') }),
    conv({ filters: channels, kernelSize: 1, activation: gate, ...named('expand') }),
  );
  return multiply(named('scale')).apply([x, factors]);
}
