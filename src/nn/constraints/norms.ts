import * as e from '../../ir/build.ts';
import { elementwise } from '../../ops/elementwise.ts';
import { number, optional } from '../options.ts';
import {
  type Constraint,
  constraintKind,
  EPSILON,
  type NormAxes,
  normAxes,
  scaledByNorm,
} from './constraint.ts';

export interface NormOptions {
  /** Axes along which norms are taken, negative from the end. Default 0. */
  readonly axis?: NormAxes;
}

export interface MaxNormOptions extends NormOptions {
  /** At least 0. Default 2. */
  readonly maxValue?: number;
}

export interface MinMaxNormOptions extends NormOptions {
  /** At least 0. Default 0. */
  readonly minValue?: number;
  /** At least 0. Default 1. */
  readonly maxValue?: number;
  /** How much of the way a step goes, from 0 to 1. Default 1. */
  readonly rate?: number;
}

const norm = (fallback: number) => optional(number({ min: 0 }), fallback);

/** Norms of at most `maxValue`. */
export const maxNorm: (options?: MaxNormOptions) => Constraint = constraintKind(
  'MaxNorm',
  'maxNorm',
  { maxValue: norm(2), axis: normAxes },
  ({ maxValue, axis }, weight) =>
    scaledByNorm(weight, axis, (own) => e.div(e.min(own, maxValue), e.add(own, EPSILON))),
);

/** Norms of 1. */
export const unitNorm: (options?: NormOptions) => Constraint = constraintKind(
  'UnitNorm',
  'unitNorm',
  { axis: normAxes },
  ({ axis }, weight) => scaledByNorm(weight, axis, (own) => e.div(1, e.add(own, EPSILON))),
);

/** Norms moved into [minValue, maxValue], by the share `rate` of the way. */
export const minMaxNorm: (options?: MinMaxNormOptions) => Constraint = constraintKind(
  'MinMaxNorm',
  'minMaxNorm',
  { minValue: norm(0), maxValue: norm(1), rate: optional(number({ min: 0, max: 1 }), 1), axis: normAxes },
  ({ minValue, maxValue, rate, axis }, weight) =>
    scaledByNorm(weight, axis, (own) => {
      const wanted = e.min(e.max(own, minValue), maxValue);
      const moved = e.add(e.mul(wanted, rate), e.mul(own, 1 - rate));
      return e.div(moved, e.add(own, EPSILON));
    }),
);

/** No negative elements. */
export const nonNeg: (options?: object) => Constraint = constraintKind('NonNeg', 'nonNeg', {}, (_, weight) =>
  elementwise('nonNeg', [weight], (w) => e.select(e.ge(w!, 0), w!, 0)),
);
