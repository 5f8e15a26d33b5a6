import { finiteNumber } from '../../errors/index.ts';
import { number, optional, type Rule } from '../options.ts';
import { getSchedule, isSchedule } from '../schedules/get-schedule.ts';
import type { Schedule } from '../schedules/schedule.ts';

/** The option `learningRate`: a number of at least 0, or a schedule. */
export const learningRate = (fallback: number): Rule<number | Schedule> =>
  optional<number | Schedule>(
    {
      read: (value, argument, place) =>
        typeof value === 'object' && value !== null
          ? getSchedule(value, argument, place)
          : finiteNumber(value, argument, place, { min: 0 }),
      write: (value) =>
        isSchedule(value)
          ? {
              module: 'keras.optimizers.schedules',
              class_name: value.className,
              config: value.getConfig(),
              registered_name: null,
            }
          : value,
    },
    fallback,
  );

/** A number in [0, 1). */
export const fraction = (fallback: number): Rule<number> => optional(number({ min: 0, below: 1 }), fallback);
export const epsilon: Rule<number> = optional(number({ above: 0 }), 1e-7);
