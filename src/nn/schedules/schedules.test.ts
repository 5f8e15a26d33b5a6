import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { getSchedule, isKerasSchedule } from './get-schedule.ts';
import * as schedules from './index.ts';
import type { Schedule } from './schedule.ts';

const at = (schedule: Schedule, ...steps: number[]): number[] => steps.map((step) => schedule.at(step));
const near = (found: number[], wanted: number[]): void => {
  for (const [k, value] of wanted.entries()) expect(found[k]).toBeCloseTo(value, 7);
};

const decay = { initialLearningRate: 0.1, decaySteps: 10, decayRate: 0.5 };

test('exponential', () => {
  near(at(schedules.exponentialDecay(decay), 0, 5, 10, 25), [0.1, 0.1 * 0.5 ** 0.5, 0.05, 0.1 * 0.5 ** 2.5]);
  near(at(schedules.exponentialDecay({ ...decay, staircase: true }), 9, 10, 29), [0.1, 0.05, 0.025]);
});

test('inverse time', () => {
  near(at(schedules.inverseTimeDecay(decay), 0, 10, 15), [0.1, 0.1 / 1.5, 0.1 / 1.75]);
  near(at(schedules.inverseTimeDecay({ ...decay, staircase: true }), 15), [0.1 / 1.5]);
});

test('cosine, with and without warm-up', () => {
  const options = { initialLearningRate: 0.1, decaySteps: 10, alpha: 0.2 };
  near(at(schedules.cosineDecay(options), 0, 5, 10, 99), [0.1, 0.06, 0.02, 0.02]);
  const warm = schedules.cosineDecay({
    initialLearningRate: 0,
    decaySteps: 10,
    warmupSteps: 4,
    warmupTarget: 0.1,
  });
  near(at(warm, 0, 1, 4, 9, 14), [0, 0.025, 0.1, 0.05, 0]);
});

test('polynomial', () => {
  const options = { initialLearningRate: 0.1, decaySteps: 10, endLearningRate: 0.01, power: 2 };
  near(at(schedules.polynomialDecay(options), 0, 5, 10, 12), [0.1, 0.0325, 0.01, 0.01]);
  near(at(schedules.polynomialDecay({ ...options, power: 1, cycle: true }), 0, 10, 15), [0.1, 0.01, 0.0325]);
});

test('piecewise constant: a boundary belongs to the value before it', () => {
  const schedule = schedules.piecewiseConstantDecay({ boundaries: [3, 6], values: [1, 0.5, 0.25] });
  expect(at(schedule, 0, 3, 4, 6, 7)).toEqual([1, 1, 0.5, 0.5, 0.25]);
  expect(() => schedules.piecewiseConstantDecay({ boundaries: [3], values: [1] })).toThrow('2 numbers');
  expect(() => schedules.piecewiseConstantDecay({ boundaries: [3, 3], values: [1, 2, 3] })).toThrow(
    'ascending',
  );
});

test('cosine restarts: a period begins at its first step', () => {
  const options = { initialLearningRate: 0.1, firstDecaySteps: 3 };
  near(at(schedules.cosineDecayRestarts(options), 0, 3, 6, 9, 21), [0.1, 0.1, 0.05, 0.1, 0.1]);
  near(at(schedules.cosineDecayRestarts({ ...options, tMul: 1, mMul: 0.5 }), 0, 3, 6), [0.1, 0.05, 0.025]);
  expect(() => schedules.cosineDecayRestarts({ ...options, tMul: 0.5 })).toThrow('tMul');
});

test('one cycle, as PyTorch 2 computes it', () => {
  const cycle = schedules.oneCycle({ maxLearningRate: 0.1, totalSteps: 10, warmupShare: 0.4 });
  near(at(cycle, 0, 3, 9, 50), [0.004, 0.1, 4e-7, 4e-7]);
  near(at(cycle, 1), [0.004 + 0.096 * 0.25]);
  near(at(cycle, 6), [(0.1 + 4e-7) / 2]);
  near(at(schedules.oneCycle({ maxLearningRate: 0.1, totalSteps: 10, warmupShare: 0.1 }), 0), [0.1]);
  expect(() => schedules.oneCycle({ maxLearningRate: 0.1, totalSteps: 0 })).toThrow('totalSteps');
  expect(isKerasSchedule(cycle)).toBe(false);
});

const golden = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../../fixtures/schedules.json'), 'utf8'),
) as { steps: number[]; cases: { schedule: { class_name: string }; rates: number[] }[] };

describe('rates of Keras', () => {
  test.each(
    golden.cases.map((own, k) => [`${k} ${own.schedule.class_name}`, own] as const),
  )('%s', (_, own) => {
    const found = at(getSchedule(own.schedule, 'learningRate'), ...golden.steps);
    for (const [k, rate] of own.rates.entries()) {
      expect(Math.abs(found[k]! - rate), `step ${golden.steps[k]}`).toBeLessThan(1e-7);
    }
  });
});

test('configs make the same schedules', () => {
  const all = [
    schedules.exponentialDecay(decay),
    schedules.inverseTimeDecay({ ...decay, staircase: true }),
    schedules.cosineDecay({ initialLearningRate: 1, decaySteps: 9, warmupSteps: 2, warmupTarget: 3 }),
    schedules.polynomialDecay({ initialLearningRate: 1, decaySteps: 9, cycle: true }),
    schedules.piecewiseConstantDecay({ boundaries: [2], values: [1, 2] }),
    schedules.cosineDecayRestarts({ initialLearningRate: 1, firstDecaySteps: 2, tMul: 1.5, alpha: 0.1 }),
    schedules.oneCycle({ maxLearningRate: 1, totalSteps: 9 }),
  ];
  for (const schedule of all) {
    const again = getSchedule(
      { class_name: schedule.className, config: schedule.getConfig() },
      'learningRate',
    );
    expect(at(again, 0, 1, 2, 3, 20)).toEqual(at(schedule, 0, 1, 2, 3, 20));
  }
  expect(() => getSchedule({ class_name: 'CosineDecai', config: {} }, 'learningRate')).toThrow(
    'Did you mean "CosineDecay"?',
  );
});
