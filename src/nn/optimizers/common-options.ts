import { InvalidArgumentError, type Place } from '../../errors/index.ts';
import { boolean, integer, nullable, number, optional, positive, type Rule, refusal } from '../options.ts';
import type { Schedule } from '../schedules/schedule.ts';

/** What every optimiser takes beside the options of its rule. */
export interface CommonOptions {
  /** A number of at least 0, or a schedule. Default: that of the optimiser in Keras. */
  readonly learningRate?: number | Schedule;
  /** Share of a variable, times the learning rate, that is taken away before the step. Default none. */
  readonly weightDecay?: number | null;
  /**
   * Variables without weight decay: parts of their names, such as `bias`, `gamma` or `dense_1/kernel` (Keras:
   * `exclude_from_weight_decay`). Kept in `.safetensors`, not in `.keras`, which has no place for it. Default none.
   */
  readonly excludeFromWeightDecay?: readonly string[] | null;
  /** Largest norm of the gradient of each variable. Default none; at most one of the three ways to clip. */
  readonly clipnorm?: number | null;
  /** Largest absolute value of each element of a gradient. Default none. */
  readonly clipvalue?: number | null;
  /** Largest norm of the gradients of all variables together. Default none. */
  readonly globalClipnorm?: number | null;
  /** Averages the variables over the steps; at the end of `fit` the averages become the variables. Default false. */
  readonly useEma?: boolean;
  /** Share of the old average that stays in a step, from 0 to 1. Default 0.99. */
  readonly emaMomentum?: number;
  /** Every so many steps the averages become the variables. Default null: at the end of `fit` alone. */
  readonly emaOverwriteFrequency?: number | null;
  /** Adds up the gradients of so many steps (at least 2) and applies their mean once. Default null. */
  readonly gradientAccumulationSteps?: number | null;
}

const positiveOrNone = nullable(number({ above: 0 }));

const nameParts: Rule<readonly string[]> = {
  read: (value, argument, place) => {
    const good =
      Array.isArray(value) &&
      value.length > 0 &&
      value.every((part) => typeof part === 'string' && part !== '');
    if (!good) throw refusal(argument, 'an array of parts of names of variables, or null', value, place);
    return [...(value as string[])];
  },
  write: (value) => value,
};

const atLeastTwo = integer(2, Number.MAX_SAFE_INTEGER);

export const commonRules: { readonly [K in keyof Common]: Rule<Common[K]> } = {
  weightDecay: nullable(number({ min: 0 })),
  excludeFromWeightDecay: nullable(nameParts),
  clipnorm: positiveOrNone,
  globalClipnorm: positiveOrNone,
  clipvalue: positiveOrNone,
  useEma: optional(boolean, false),
  emaMomentum: optional(number({ min: 0, max: 1 }), 0.99),
  emaOverwriteFrequency: nullable(positive),
  gradientAccumulationSteps: nullable(atLeastTwo),
};

/** The options beside the learning rate, after reading: null where there is none. */
export interface Common {
  readonly weightDecay: number | null;
  readonly excludeFromWeightDecay: readonly string[] | null;
  readonly clipnorm: number | null;
  readonly clipvalue: number | null;
  readonly globalClipnorm: number | null;
  readonly useEma: boolean;
  readonly emaMomentum: number;
  readonly emaOverwriteFrequency: number | null;
  readonly gradientAccumulationSteps: number | null;
}

/** @throws {InvalidArgumentError} if gradients were to be clipped in more than one way */
export function requireOneClip({ clipnorm, clipvalue, globalClipnorm }: Common, place: Place): void {
  const given = Object.entries({ clipnorm, clipvalue, globalClipnorm }).filter(([, value]) => value !== null);
  if (given.length < 2) return;
  throw new InvalidArgumentError({
    ...place,
    argument: given[1]![0],
    expected: `no value beside ${given[0]![0]} (gradients are clipped in one way)`,
    received: given[1]![1],
  });
}
