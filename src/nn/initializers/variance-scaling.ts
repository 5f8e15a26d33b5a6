import { elementCount } from '../../ir/tensor-type.ts';
import { normal, truncatedNormal } from '../../numerics/normal.ts';
import { uniform } from '../../numerics/uniform.ts';
import { choice, number, optional, readOptions } from '../options.ts';
import type { Initializer } from './initializer.ts';
import { seedRule } from './seed-rule.ts';

type Mode = 'fanIn' | 'fanOut' | 'fanAvg';
type Distribution = 'uniform' | 'truncatedNormal' | 'untruncatedNormal';

export interface VarianceScalingOptions {
  /** Default 1. */
  readonly scale?: number;
  /** Default `fanIn`. */
  readonly mode?: Mode;
  /** Default `truncatedNormal`. */
  readonly distribution?: Distribution;
  /** Default null: the seed of the model. */
  readonly seed?: number | null;
}

/** Standard deviation of a standard normal cut at two standard deviations. */
const TRUNCATED_DEVIATION = 0.87962566103423978;

/**
 * Inputs and outputs of a unit, as Keras counts them: the last two dimensions times the positions of the kernel.
 */
export function fans(shape: readonly number[]): { in: number; out: number } {
  if (shape.length === 0) return { in: 1, out: 1 };
  if (shape.length === 1) return { in: shape[0]!, out: shape[0]! };
  const positions = elementCount(shape.slice(0, -2));
  return { in: shape.at(-2)! * positions, out: shape.at(-1)! * positions };
}

function scaled(
  className: string,
  config: Readonly<Record<string, unknown>>,
  { scale, mode, distribution }: { scale: number; mode: Mode; distribution: Distribution },
): Initializer {
  return {
    className,
    config,
    values: (shape, seed, stream) => {
      const count = elementCount(shape);
      const fan = fans(shape);
      const divisor = mode === 'fanIn' ? fan.in : mode === 'fanOut' ? fan.out : (fan.in + fan.out) / 2;
      const variance = scale / Math.max(1, divisor);
      if (distribution === 'uniform') {
        const limit = Math.sqrt(3 * variance);
        return uniform(seed, stream, count, -limit, limit);
      }
      if (distribution === 'untruncatedNormal') {
        return normal(seed, stream, count, 0, Math.sqrt(variance));
      }
      const deviation = Math.sqrt(variance) / TRUNCATED_DEVIATION;
      return truncatedNormal(seed, stream, count, 0, deviation);
    },
  };
}

const kerasNames = {
  fanIn: 'fan_in',
  fanOut: 'fan_out',
  fanAvg: 'fan_avg',
  uniform: 'uniform',
  truncatedNormal: 'truncated_normal',
  untruncatedNormal: 'untruncated_normal',
} as const;

/** Numbers whose variance is `scale` over the inputs, the outputs or their mean. */
export function varianceScaling(options: VarianceScalingOptions = {}): Initializer {
  const rules = {
    scale: optional(number({ above: 0 }), 1),
    mode: optional(choice(['fanIn', 'fanOut', 'fanAvg']), 'fanIn'),
    distribution: optional(choice(['uniform', 'truncatedNormal', 'untruncatedNormal']), 'truncatedNormal'),
    seed: seedRule,
  };
  const read = readOptions(options, rules, { call: 'initializers.varianceScaling' });
  const config = { ...read, mode: kerasNames[read.mode], distribution: kerasNames[read.distribution] };
  return scaled('VarianceScaling', config, read);
}

export interface SeedOptions {
  /** Default null: the seed of the model. */
  readonly seed?: number | null;
}

const named =
  (className: string, call: string, scale: number, mode: Mode, distribution: Distribution) =>
  (options: SeedOptions = {}): Initializer =>
    scaled(className, readOptions(options, { seed: seedRule }, { call }), { scale, mode, distribution });

type Named = (options?: SeedOptions) => Initializer;

/** Uniform within sqrt(6 / (inputs + outputs)): the default of Keras. */
export const glorotUniform: Named = named(
  'GlorotUniform',
  'initializers.glorotUniform',
  1,
  'fanAvg',
  'uniform',
);
/** Truncated normal with variance 2 / (inputs + outputs). */
export const glorotNormal: Named = named(
  'GlorotNormal',
  'initializers.glorotNormal',
  1,
  'fanAvg',
  'truncatedNormal',
);
/** Uniform within sqrt(6 / inputs). */
export const heUniform: Named = named('HeUniform', 'initializers.heUniform', 2, 'fanIn', 'uniform');
/** Truncated normal with variance 2 / inputs. */
export const heNormal: Named = named('HeNormal', 'initializers.heNormal', 2, 'fanIn', 'truncatedNormal');
/** Uniform within sqrt(3 / inputs). */
export const lecunUniform: Named = named('LecunUniform', 'initializers.lecunUniform', 1, 'fanIn', 'uniform');
/** Truncated normal with variance 1 / inputs. */
export const lecunNormal: Named = named(
  'LecunNormal',
  'initializers.lecunNormal',
  1,
  'fanIn',
  'truncatedNormal',
);
