import { createSession } from '../../src/engine/create-session.ts';
import { input, type Node } from '../../src/graph/node.ts';
import * as e from '../../src/ir/build.ts';
import type { Expression } from '../../src/ir/expression.ts';
import { elementwise } from '../../src/ops/elementwise.ts';
import * as ops from '../../src/ops/index.ts';
import { expMinusOne, logOnePlus } from '../../src/ops/near-zero.ts';
import * as exact from './exact.ts';
import { CHUNK, type Compute, LARGEST } from './scan.ts';

/** A function of the library and what it should be. */
export interface Measured {
  readonly name: string;
  readonly of: (x: Node) => Node;
  readonly exact: (x: number) => number;
  /** The sign of the arguments to take: the function is for these alone, or odd by construction. Default both. */
  readonly sign?: 1 | -1;
  /** Magnitudes of arguments where it is neither constant nor linear nor x itself up to rounding. */
  readonly busy: readonly [from: number, to: number];
  /** The largest magnitude of an argument that it is for. Default infinity, and NaN. */
  readonly to?: number;
}

const expression = (name: string, value: (x: Expression) => Expression): ((x: Node) => Node) => {
  return (x) => elementwise(name, [x], (a) => value(a!));
};
const elu = (x: number): number => (x > 0 ? x : Math.expm1(x));
const SELU_SCALE = 1.0507009873554805;
const SELU_ALPHA = 1.6732632423543772;

/** The functions that the others are made of. */
export const functions: readonly Measured[] = [
  { name: 'exp', of: ops.exp, busy: [2 ** -26, 105], exact: Math.exp },
  { name: 'log', of: ops.log, busy: [0, Number.POSITIVE_INFINITY], exact: Math.log, sign: 1 },
  { name: 'sqrt', of: ops.sqrt, busy: [1, 4], exact: Math.sqrt, sign: 1 },
  { name: 'tanh', of: ops.tanh, busy: [2 ** -16, 10], exact: Math.tanh, sign: 1 },
  { name: 'sigmoid', of: ops.sigmoid, busy: [2 ** -26, 105], exact: exact.sigmoid },
  { name: 'erf', of: expression('erf', e.erf), busy: [2 ** -34, 4], exact: exact.erf, sign: 1 },
  {
    name: 'exp(x) - 1, x <= 0',
    of: expression('expm1', expMinusOne),
    busy: [2 ** -26, 20],
    exact: Math.expm1,
    sign: -1,
  },
  {
    name: 'log(1 + x), x >= 0',
    of: expression('log1p', logOnePlus),
    busy: [2 ** -26, 2 ** 26],
    exact: Math.log1p,
    sign: 1,
    to: LARGEST,
  },
];

/** Activations of one number that round more than once, with their default arguments. */
export const activations: readonly Measured[] = [
  { name: 'softplus', of: ops.softplus, busy: [2 ** -26, 105], exact: exact.softplus },
  { name: 'logSigmoid', of: ops.logSigmoid, busy: [2 ** -26, 105], exact: (x) => -exact.softplus(-x) },
  { name: 'silu', of: ops.silu, busy: [2 ** -26, 105], exact: exact.silu },
  { name: 'mish', of: ops.mish, busy: [2 ** -26, 105], exact: exact.mish },
  { name: 'gelu', of: (x) => ops.gelu(x), busy: [2 ** -26, 32], exact: exact.gelu },
  {
    name: 'gelu, approximate',
    of: (x) => ops.gelu(x, { approximate: true }),
    busy: [2 ** -26, 32],
    exact: exact.geluByTanh,
  },
  { name: 'elu', of: (x) => ops.elu(x), busy: [2 ** -26, 20], exact: elu },
  {
    name: 'selu',
    of: ops.selu,
    busy: [2 ** -26, 20],
    exact: (x) => SELU_SCALE * (x > 0 ? x : SELU_ALPHA * Math.expm1(x)),
  },
  { name: 'softsign', of: ops.softsign, busy: [2 ** -26, 2 ** 26], exact: (x) => x / (1 + Math.abs(x)) },
  // From 2^64 on the square of the argument overflows, in Keras as here.
  {
    name: 'squareplus, |x| < 2^64',
    of: (x) => ops.squareplus(x),
    busy: [2 ** -26, 2 ** 26],
    exact: exact.squareplus,
    to: 2 ** 64 - 2 ** 40,
  },
  { name: 'tanhShrink', of: ops.tanhShrink, busy: [2 ** -26, 16], exact: exact.tanhShrink },
];

export const measured: readonly Measured[] = [...functions, ...activations];

/** The function as compiled to WebAssembly, whose bits are those of the interpreter. */
export function compiled(of: (x: Node) => Node): Compute {
  const x = input('x', { dtype: 'f32', shape: [CHUNK], batched: true });
  const session = createSession({ threads: 1 });
  const program = session.compileSync({ outputs: { y: of(x) }, assignments: [] }, { maxBatch: 1 });
  return (values) => program.run({ batchSize: 1, inputs: { x: values } }).y!;
}
