import type { ActivationLike } from '../activations/get-activation.ts';
import {
  choice,
  type EachDimension,
  extents,
  optional,
  type Rule,
  refusal,
  type SpatialRank,
} from '../options.ts';
import type { Pair } from './border-rule.ts';
import type { DataFormat } from './data-format.ts';
import type { LayerOptions } from './layer.ts';
import type { WeightOptions } from './weight-options.ts';

/** An extent for every spatial dimension, or one number for all. */
export type Extents<R extends SpatialRank = SpatialRank> = number | EachDimension<R, number>;

/**
 * A kind of padding (`causal` in one dimension alone), or [before, after] for each spatial dimension (which Keras does
 * not have).
 */
export type ConvolutionPadding<R extends SpatialRank = SpatialRank> =
  | 'valid'
  | 'same'
  | (R extends 1 ? 'causal' : never)
  | EachDimension<R, Pair>;

/** What all convolutions over `R` spatial dimensions take. */
export interface WindowLayerOptions<R extends SpatialRank = SpatialRank>
  extends LayerOptions,
    WeightOptions<'bias'> {
  /** Extents of the kernel. */
  readonly kernelSize: Extents<R>;
  /** Step between outputs. Default 1. */
  readonly strides?: Extents<R>;
  /** `valid`, `same`, in one dimension `causal`, or [before, after] for each dimension. Default `valid`. */
  readonly padding?: ConvolutionPadding<R>;
  /** Step between taps; may be joined with strides. Default 1. */
  readonly dilationRate?: Extents<R>;
  /** Default none. */
  readonly activation?: ActivationLike;
  /** Default true. */
  readonly useBias?: boolean;
  /** Default `channelsLast`. */
  readonly dataFormat?: DataFormat;
}

export const names = [
  '',
  '[batch, length, channels]',
  '[batch, height, width, channels]',
  '[batch, depth, height, width, channels]',
] as const;

const isPair = (value: unknown): value is Pair =>
  Array.isArray(value) && value.length === 2 && value.every((n) => Number.isSafeInteger(n) && n >= 0);

function paddingRule<R extends SpatialRank>(rank: R): Rule<ConvolutionPadding<R>> {
  const named = choice(rank === 1 ? ['valid', 'same', 'causal'] : ['valid', 'same']);
  return {
    read: (value, argument, place) => {
      if (!Array.isArray(value)) return named.read(value, argument, place) as ConvolutionPadding<R>;
      if (value.length === rank && value.every(isPair))
        return value as readonly Pair[] as EachDimension<R, Pair>;
      throw refusal(argument, `[before, after] for each of ${rank} dimensions`, value, place);
    },
    write: (value) => value,
  };
}

/** The same value for each spatial dimension. */
export const eachDimension = <R extends SpatialRank, T>(rank: R, value: T): EachDimension<R, T> =>
  new Array<T>(rank).fill(value) as readonly T[] as EachDimension<R, T>;

/** Rules of a window over `rank` spatial dimensions. */
export function windowRules<R extends SpatialRank>(
  rank: R,
): {
  readonly kernelSize: Rule<EachDimension<R, number>>;
  readonly strides: Rule<EachDimension<R, number>>;
  readonly padding: Rule<ConvolutionPadding<R>>;
  readonly dilationRate: Rule<EachDimension<R, number>>;
} {
  const one = eachDimension(rank, 1);
  return {
    kernelSize: extents(rank),
    strides: optional(extents(rank), one),
    padding: optional<ConvolutionPadding<R>>(paddingRule(rank), 'valid'),
    dilationRate: optional(extents(rank), one),
  };
}
