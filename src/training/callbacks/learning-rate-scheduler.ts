import { InvalidArgumentError } from '../../errors/index.ts';
import type { Callback } from '../callback.ts';
import { rateOf } from './settable-rate.ts';

/**
 * Sets the learning rate before each epoch.
 * @param schedule receives the epoch (from 0) and the current rate
 * @throws {InvalidArgumentError} if the optimiser has a schedule of its own, or for a rate that is not a number
 */
export function learningRateScheduler(schedule: (epoch: number, rate: number) => number): Callback {
  const call = 'callbacks.learningRateScheduler';
  if (typeof schedule !== 'function') {
    throw new InvalidArgumentError({
      call,
      argument: 'schedule',
      expected: 'a function',
      received: schedule,
    });
  }
  return {
    onEpochBegin(epoch, { optimizer }) {
      const rate = schedule(epoch, rateOf(optimizer, call));
      if (!(Number.isFinite(rate) && rate >= 0)) {
        const expected = 'a finite number of at least 0 from the schedule';
        throw new InvalidArgumentError({ call, argument: 'learning rate', expected, received: rate });
      }
      optimizer.learningRate = rate;
    },
  };
}
