import { add, mul, sub } from '../../ir/build.ts';
import type { Expression } from '../../ir/expression.ts';

/** old + (value - old) * share: a moving mean as Adam and its kin have it. */
export const moveTowards = (old: Expression, value: Expression, share: number): Expression =>
  add(old, mul(sub(value, old), share));

/** old * rho + value * (1 - rho): the same mean, rounded as RMSprop and Adadelta have it. */
export const blend = (old: Expression, value: Expression, rho: number, rest: number = 1 - rho): Expression =>
  add(mul(old, rho), mul(value, rest));
