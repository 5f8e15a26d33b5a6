import { uniform16 } from '../../numerics/dropout.ts';
import { erf } from '../../numerics/erf.ts';
import { exp } from '../../numerics/exp.ts';
import { log } from '../../numerics/log.ts';
import { scalar } from '../../numerics/scalar.ts';
import { sigmoid } from '../../numerics/sigmoid.ts';
import { tanh } from '../../numerics/tanh.ts';
import { erfDouble } from './erf-double.ts';

/** What keys the random numbers of a step. */
export interface RandomKey {
  readonly step: number;
  readonly seedLow: number;
  readonly seedHigh: number;
}

/** Functions that generated code calls. */
export interface Functions {
  readonly exp: (x: number) => number;
  readonly log: (x: number) => number;
  readonly tanh: (x: number) => number;
  readonly sigmoid: (x: number) => number;
  readonly erf: (x: number) => number;
  /** A whole number from 0 to 65535. */
  readonly random: (key: RandomKey, stream: number, sample: number, element: number) => number;
}

const random: Functions['random'] = (key, stream, sample, element) =>
  uniform16(scalar, element, sample, key.step | 0, stream, key.seedLow | 0, key.seedHigh | 0);

/** The library's own functions, float32. */
export const singleFunctions: Functions = {
  exp: (x) => exp(scalar, x),
  log: (x) => log(scalar, x),
  tanh: (x) => tanh(scalar, x),
  sigmoid: (x) => sigmoid(scalar, x),
  erf: (x) => erf(scalar, x),
  random,
};

/** The host's functions, float64. */
export const doubleFunctions: Functions = {
  exp: Math.exp,
  log: Math.log,
  tanh: Math.tanh,
  sigmoid: (x) => 1 / (1 + Math.exp(-x)),
  erf: erfDouble,
  random,
};
