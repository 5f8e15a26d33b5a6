import type { ActivationLike } from '../activations/get-activation.ts';
import { choice, extents, optional, type Rule, refusal } from '../options.ts';
import type { DataFormat } from './data-format.ts';
import type { LayerOptions } from './layer.ts';
import type { WeightOptions } from './weight-options.ts';

/** An extent for every spatial dimension, or one number for all. */
export type Extents = number | readonly number[];

/** A kind of padding, or [before, after] for each spatial dimension (which Keras does not have). */
export type ConvolutionPadding =
  | 'valid'
  | 'same'
  | 'causal'
  | readonly (readonly [before: number, after: number])[];

/** What all convolutions take. */
export interface WindowLayerOptions extends LayerOptions, WeightOptions<'bias'> {
  /** Extents of the kernel. */
  readonly kernelSize: Extents;
  /** Step between outputs. Default 1. */
  readonly strides?: Extents;
  /** `valid`, `same`, in one dimension `causal`, or [before, after] for each dimension. Default `valid`. */
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

const isPair = (value: unknown): boolean =>
  Array.isArray(value) && value.length === 2 && value.every((n) => Number.isSafeInteger(n) && n >= 0);

function paddingRule(rank: number): Rule<ConvolutionPadding> {
  const named = choice(rank === 1 ? ['valid', 'same', 'causal'] : ['valid', 'same']);
  return {
    read: (value, argument, place) => {
      if (!Array.isArray(value)) return named.read(value, argument, place);
      if (value.length === rank && value.every(isPair)) return value as [number, number][];
      throw refusal(argument, `[before, after] for each of ${rank} dimensions`, value, place);
    },
    write: (value) => value,
  };
}

/** Rules of a window over `rank` spatial dimensions. */
export function windowRules(rank: 1 | 2 | 3): {
  readonly kernelSize: Rule<number[]>;
  readonly strides: Rule<number[]>;
  readonly padding: Rule<ConvolutionPadding>;
  readonly dilationRate: Rule<number[]>;
} {
  const one = new Array<number>(rank).fill(1);
  return {
    kernelSize: extents(rank),
    strides: optional(extents(rank), one),
    padding: optional(paddingRule(rank), 'valid'),
    dilationRate: optional(extents(rank), one),
  };
}
