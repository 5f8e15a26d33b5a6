import { pow } from '../../numerics/pow.ts';
import { cos } from '../../numerics/trigonometry.ts';
import {
  boolean,
  number,
  optional,
  positive,
  type Read,
  type Rules,
  readOptions,
  writeOptions,
} from '../options.ts';
import type { Schedule } from './schedule.ts';

const call = (name: string): { call: string } => ({ call: `schedules.${name}` });

function schedule<R extends Rules>(
  className: string,
  name: string,
  rules: R,
  at: (options: Read<R>, step: number) => number,
): (given: object) => Schedule {
  return (given) => {
    const options = readOptions(given, rules, call(name));
    return {
      className,
      at: (step) => Math.fround(at(options, step)),
      getConfig: () => writeOptions(options, rules),
    };
  };
}

const decayRules = {
  initialLearningRate: number({ min: 0 }),
  decaySteps: positive,
  decayRate: number({ above: 0 }),
  staircase: optional(boolean, false),
};

export interface DecayOptions {
  readonly initialLearningRate: number;
  readonly decaySteps: number;
  readonly decayRate: number;
  /** Counts whole multiples of `decaySteps` alone. Default false. */
  readonly staircase?: boolean;
}

const periods = (o: Read<typeof decayRules>, step: number): number =>
  o.staircase ? Math.floor(step / o.decaySteps) : step / o.decaySteps;

/** rate * decayRate ^ (step / decaySteps). */
export const exponentialDecay: (options: DecayOptions) => Schedule = schedule(
  'ExponentialDecay',
  'exponentialDecay',
  decayRules,
  (o, step) => o.initialLearningRate * pow(o.decayRate, periods(o, step)),
);

/** rate / (1 + decayRate * step / decaySteps). */
export const inverseTimeDecay: (options: DecayOptions) => Schedule = schedule(
  'InverseTimeDecay',
  'inverseTimeDecay',
  decayRules,
  (o, step) => o.initialLearningRate / (1 + o.decayRate * periods(o, step)),
);

export interface CosineDecayOptions {
  readonly initialLearningRate: number;
  readonly decaySteps: number;
  /** Share of the rate that is left at the end. Default 0. */
  readonly alpha?: number;
  /** Steps at the start in which the rate rises from `initialLearningRate` to `warmupTarget`. Default 0. */
  readonly warmupSteps?: number;
  /** Default: no warm-up. */
  readonly warmupTarget?: number | null;
}

/** Half a cosine from the rate down to alpha times it, after an optional linear rise. */
export const cosineDecay: (options: CosineDecayOptions) => Schedule = schedule(
  'CosineDecay',
  'cosineDecay',
  {
    initialLearningRate: number({ min: 0 }),
    decaySteps: positive,
    alpha: optional(number({ min: 0 }), 0),
    warmupSteps: optional(number({ min: 0 }), 0),
    warmupTarget: optional<number | null>(
      {
        read: (value, argument, place) =>
          value === null ? null : number({ min: 0 }).read(value, argument, place),
        write: (value) => value,
      },
      null,
    ),
  },
  (o, step) => {
    const warm = o.warmupTarget === null ? 0 : o.warmupSteps;
    const top = o.warmupTarget ?? o.initialLearningRate;
    if (step < warm) return o.initialLearningRate + (top - o.initialLearningRate) * (step / warm);
    const done = Math.min(step - warm, o.decaySteps) / o.decaySteps;
    return top * ((1 - o.alpha) * (0.5 * (1 + cos(Math.PI * done))) + o.alpha);
  },
);

export interface PolynomialDecayOptions {
  readonly initialLearningRate: number;
  readonly decaySteps: number;
  /** Default 0.0001. */
  readonly endLearningRate?: number;
  /** Default 1. */
  readonly power?: number;
  /** Stretches the decay to the next multiple of `decaySteps` instead of staying at the end. Default false. */
  readonly cycle?: boolean;
}

/** (rate - end) * (1 - step / decaySteps) ^ power + end. */
export const polynomialDecay: (options: PolynomialDecayOptions) => Schedule = schedule(
  'PolynomialDecay',
  'polynomialDecay',
  {
    initialLearningRate: number({ min: 0 }),
    decaySteps: positive,
    endLearningRate: optional(number({ min: 0 }), 0.0001),
    power: optional(number({ above: 0 }), 1),
    cycle: optional(boolean, false),
  },
  (o, step) => {
    const total = o.cycle ? o.decaySteps * Math.max(1, Math.ceil(step / o.decaySteps)) : o.decaySteps;
    const done = Math.min(step, total) / total;
    return (o.initialLearningRate - o.endLearningRate) * pow(1 - done, o.power) + o.endLearningRate;
  },
);
