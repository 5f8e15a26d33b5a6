import { InvalidArgumentError, nearest, type Place } from '../../errors/index.ts';
import { camelCase } from '../naming.ts';
import { cosineDecayRestarts } from './cosine-restarts.ts';
import { cosineDecay, exponentialDecay, inverseTimeDecay, polynomialDecay } from './decays.ts';
import { oneCycle } from './one-cycle.ts';
import { piecewiseConstantDecay } from './piecewise.ts';
import type { Schedule } from './schedule.ts';

const ofKeras: Readonly<Record<string, (options: never) => Schedule>> = {
  ExponentialDecay: exponentialDecay,
  InverseTimeDecay: inverseTimeDecay,
  CosineDecay: cosineDecay,
  PolynomialDecay: polynomialDecay,
  CosineDecayRestarts: cosineDecayRestarts,
  PiecewiseConstantDecay: piecewiseConstantDecay,
};

const byClass: Readonly<Record<string, (options: never) => Schedule>> = { ...ofKeras, OneCycle: oneCycle };

/** True for schedules that Keras has too. */
export const isKerasSchedule = ({ className }: Schedule): boolean => Object.hasOwn(ofKeras, className);

/** True for a schedule, made here or by a caller. */
export const isSchedule = (value: unknown): value is Schedule =>
  typeof value === 'object' &&
  value !== null &&
  'at' in value &&
  typeof value.at === 'function' &&
  'getConfig' in value &&
  typeof value.getConfig === 'function';

/**
 * A schedule, as it is or from its Keras config.
 * @throws {InvalidArgumentError}
 */
export function getSchedule(value: unknown, argument: string, place: Place = {}): Schedule {
  if (isSchedule(value)) return value;
  const { class_name: name, config } = (value ?? {}) as { class_name?: unknown; config?: object };
  const make = typeof name === 'string' && Object.hasOwn(byClass, name) ? byClass[name] : undefined;
  if (make && typeof config === 'object' && config !== null) {
    const known = Object.entries(config).filter(([key]) => key !== 'name');
    return make(Object.fromEntries(known.map(([key, item]) => [camelCase(key), item])) as never);
  }
  throw new InvalidArgumentError({
    ...place,
    argument,
    expected: 'a number or a schedule',
    received: value,
    suggestion: typeof name === 'string' ? nearest(name, Object.keys(byClass)) : undefined,
  });
}
