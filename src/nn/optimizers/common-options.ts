import { InvalidArgumentError, type Place } from '../../errors/index.ts';
import { nullable, number, type Rule } from '../options.ts';
import type { Schedule } from '../schedules/schedule.ts';

/** What every optimiser takes beside the options of its rule. */
export interface CommonOptions {
  /** A number of at least 0, or a schedule. */
  readonly learningRate?: number | Schedule;
  /** Share of a variable, times the learning rate, that is taken away before the step. Default none. */
  readonly weightDecay?: number | null;
  /** Largest norm of the gradient of each variable. Default none; at most one of the three ways to clip. */
  readonly clipnorm?: number | null;
  /** Largest absolute value of each element of a gradient. Default none. */
  readonly clipvalue?: number | null;
  /** Largest norm of the gradients of all variables together. Default none. */
  readonly globalClipnorm?: number | null;
}

const positiveOrNone = nullable(number({ above: 0 }));

export const commonRules: { readonly [K in keyof Common]: Rule<number | null> } = {
  weightDecay: nullable(number({ min: 0 })),
  clipnorm: positiveOrNone,
  globalClipnorm: positiveOrNone,
  clipvalue: positiveOrNone,
};

/** The options beside the learning rate, after reading: null where there is none. */
export interface Common {
  readonly weightDecay: number | null;
  readonly clipnorm: number | null;
  readonly clipvalue: number | null;
  readonly globalClipnorm: number | null;
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
