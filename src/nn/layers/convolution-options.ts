import type { ActivationLike } from '../activations/get-activation.ts';
import { choice, extents, optional, type Rule } from '../options.ts';
import type { DataFormat } from './data-format.ts';
import type { LayerOptions } from './layer.ts';
import type { WeightOptions } from './weight-options.ts';

/** An extent for every spatial dimension, or one number for all. */
export type Extents = number | readonly number[];

export type ConvolutionPadding = 'valid' | 'same' | 'causal';

/** What all convolutions take. */
export interface WindowLayerOptions extends LayerOptions, WeightOptions<'bias'> {
  /** Extents of the kernel. */
  readonly kernelSize: Extents;
  /** Step between outputs. Default 1. */
  readonly strides?: Extents;
  /** `valid`, `same`, and in one dimension `causal`. Default `valid`. */
  readonly padding?: ConvolutionPadding;
  /** Step between taps; may be joined with strides. Default 1. */
  readonly dilationRate?: Extents;
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

/** Rules of a window over `rank` spatial dimensions. */
export function windowRules(rank: 1 | 2 | 3): {
  readonly kernelSize: Rule<number[]>;
  readonly strides: Rule<number[]>;
  readonly padding: Rule<ConvolutionPadding>;
  readonly dilationRate: Rule<number[]>;
} {
  const one = new Array<number>(rank).fill(1);
  const paddings: readonly ConvolutionPadding[] =
    rank === 1 ? ['valid', 'same', 'causal'] : ['valid', 'same'];
  return {
    kernelSize: extents(rank),
    strides: optional(extents(rank), one),
    padding: optional(choice(paddings), 'valid'),
    dilationRate: optional(extents(rank), one),
  };
}
