import { InvalidArgumentError } from '../../errors/index.ts';
import type { Optimizer } from '../../nn/optimizers/optimizer.ts';
import { isSchedule } from '../../nn/schedules/get-schedule.ts';

/**
 * The learning rate of an optimiser, where callbacks may set it.
 * @throws {InvalidArgumentError} where it is a schedule
 */
export function rateOf({ learningRate }: Optimizer, call: string): number {
  if (!isSchedule(learningRate)) return learningRate;
  const expected = 'an optimizer whose learning rate is a number';
  throw new InvalidArgumentError({
    call,
    argument: 'optimizer',
    expected,
    received: learningRate.className,
  });
}
