import { pow } from '../../numerics/pow.ts';
import { cos } from '../../numerics/trigonometry.ts';
import { number, optional, positive, readOptions, writeOptions } from '../options.ts';
import type { Schedule } from './schedule.ts';

export interface CosineDecayRestartsOptions {
  readonly initialLearningRate: number;
  /** Steps of the first period. */
  readonly firstDecaySteps: number;
  /** How much longer each period is than the one before, at least 1. Default 2. */
  readonly tMul?: number;
  /** What the rate at the start of each period is multiplied with. Default 1. */
  readonly mMul?: number;
  /** Share of the initial rate that is left at the end of a period. Default 0. */
  readonly alpha?: number;
}

const rules = {
  initialLearningRate: number({ min: 0 }),
  firstDecaySteps: positive,
  tMul: optional(number({ min: 1 }), 2),
  mMul: optional(number({ min: 0 }), 1),
  alpha: optional(number({ min: 0 }), 0),
};

/** Number of the period in which a step lies, and how much of it is done: from 0 to below 1. */
function periodOf(step: number, first: number, factor: number): { period: number; done: number } {
  if (factor === 1) {
    const period = Math.floor(step / first);
    return { period, done: step / first - period };
  }
  let [period, start, length] = [0, 0, first];
  while (step >= start + length) {
    start += length;
    length *= factor;
    period++;
  }
  return { period, done: (step - start) / length };
}

/**
 * Cosine decay with warm restarts (Loshchilov and Hutter 2016), `CosineDecayRestarts` of Keras: in period i, of
 * firstDecaySteps * tMul^i steps, rate * ((1 - alpha) * mMul^i * (1 + cos(pi * done)) / 2 + alpha). A period begins
 * exactly at its first step, where Keras finds it by logarithms in float32.
 * @throws {InvalidArgumentError}
 */
export function cosineDecayRestarts(options: CosineDecayRestartsOptions): Schedule {
  const o = readOptions(options, rules, { call: 'schedules.cosineDecayRestarts' });
  return {
    className: 'CosineDecayRestarts',
    at: (step) => {
      const { period, done } = periodOf(step, o.firstDecaySteps, o.tMul);
      const wave = 0.5 * pow(o.mMul, period) * (1 + cos(Math.PI * done));
      return Math.fround(o.initialLearningRate * ((1 - o.alpha) * wave + o.alpha));
    },
    getConfig: () => writeOptions(o, rules),
  };
}
