import { cos } from '../../numerics/trigonometry.ts';
import { integer, number, optional, readOptions, writeOptions } from '../options.ts';
import type { Schedule } from './schedule.ts';

export interface OneCycleOptions {
  /** The highest rate. */
  readonly maxLearningRate: number;
  /** Steps of the whole cycle, at least 2. */
  readonly totalSteps: number;
  /** Share of the cycle in which the rate rises. Default 0.3. */
  readonly warmupShare?: number;
  /** The rate begins at maxLearningRate / startDivisor. Default 25. */
  readonly startDivisor?: number;
  /** The rate ends at its beginning divided by this. Default 10000. */
  readonly endDivisor?: number;
}

const rules = {
  maxLearningRate: number({ min: 0 }),
  totalSteps: integer(2, Number.MAX_SAFE_INTEGER),
  warmupShare: optional(number({ min: 0, max: 1 }), 0.3),
  startDivisor: optional(number({ above: 0 }), 25),
  endDivisor: optional(number({ above: 0 }), 10_000),
};

/**
 * One cycle (Smith and Topin 2018, in the form of PyTorch's `OneCycleLR` with two phases of cosines): the rate rises
 * from maxLearningRate / startDivisor to maxLearningRate until step warmupShare * totalSteps - 1, falls to its
 * beginning / endDivisor until step totalSteps - 1, and stays there. Keras has no such schedule: it is kept in
 * `.safetensors`, not in `.keras`.
 * @throws {InvalidArgumentError}
 */
export function oneCycle(options: OneCycleOptions): Schedule {
  const o = readOptions(options, rules, { call: 'schedules.oneCycle' });
  const start = o.maxLearningRate / o.startDivisor;
  const end = start / o.endDivisor;
  const top = o.warmupShare * o.totalSteps - 1;
  const last = o.totalSteps - 1;
  const between = (from: number, to: number, done: number): number =>
    Math.fround(to + ((from - to) / 2) * (1 + cos(Math.PI * done)));
  return {
    className: 'OneCycle',
    at: (step) => {
      if (step >= last) return Math.fround(end);
      if (step <= top) return between(start, o.maxLearningRate, top === 0 ? 1 : step / top);
      return between(o.maxLearningRate, end, (step - top) / (last - top));
    },
    getConfig: () => writeOptions(o, rules),
  };
}
