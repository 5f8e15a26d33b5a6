import { elementCount } from '../../ir/tensor-type.ts';
import { normal, truncatedNormal as truncated } from '../../numerics/normal.ts';
import { uniform } from '../../numerics/uniform.ts';
import { number, optional, readOptions } from '../options.ts';
import type { Initializer } from './initializer.ts';
import { seedRule } from './seed-rule.ts';

export interface NormalOptions {
  /** Default 0. */
  readonly mean?: number;
  /** Standard deviation. Default 0.05. */
  readonly stddev?: number;
  /** Default null: the seed of the model. */
  readonly seed?: number | null;
}

const normalRules = {
  mean: optional(number(), 0),
  stddev: optional(number({ min: 0 }), 0.05),
  seed: seedRule,
};

/** Normally distributed. */
export function randomNormal(options: NormalOptions = {}): Initializer {
  const config = readOptions(options, normalRules, { call: 'initializers.randomNormal' });
  return {
    className: 'RandomNormal',
    config,
    values: (shape, seed, stream) => normal(seed, stream, elementCount(shape), config.mean, config.stddev),
  };
}

/** Normally distributed within two standard deviations. */
export function truncatedNormal(options: NormalOptions = {}): Initializer {
  const config = readOptions(options, normalRules, { call: 'initializers.truncatedNormal' });
  return {
    className: 'TruncatedNormal',
    config,
    values: (shape, seed, stream) => truncated(seed, stream, elementCount(shape), config.mean, config.stddev),
  };
}

export interface UniformOptions {
  /** Default -0.05. */
  readonly minval?: number;
  /** Default 0.05. */
  readonly maxval?: number;
  /** Default null: the seed of the model. */
  readonly seed?: number | null;
}

/** Uniformly distributed from `minval` to `maxval`. */
export function randomUniform(options: UniformOptions = {}): Initializer {
  const rules = { minval: optional(number(), -0.05), maxval: optional(number(), 0.05), seed: seedRule };
  const config = readOptions(options, rules, { call: 'initializers.randomUniform' });
  return {
    className: 'RandomUniform',
    config,
    values: (shape, seed, stream) => uniform(seed, stream, elementCount(shape), config.minval, config.maxval),
  };
}
