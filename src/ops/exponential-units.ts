import { finiteNumber, knownOptions } from '../errors/index.ts';
import type { Node } from '../graph/node.ts';
import * as e from '../ir/build.ts';
import type { Expression } from '../ir/expression.ts';
import { elementwise } from './elementwise.ts';
import { expMinusOne } from './near-zero.ts';

/** min(x, 0), whose gradient at 0 is 1. */
const negativePart = (x: Expression): Expression => e.select(e.gt(x, 0), 0, x);

/**
 * x where x > 0, else alpha (exp(x) - 1). Source: Clevert et al. 2015, arXiv:1511.07289.
 * @param options.alpha default 1
 * @throws {InvalidArgumentError}
 * @example
 * ops.elu(tensor([-2, 1])); // [-0.8647, 1]
 */
export function elu(x: Node, options: { readonly alpha?: number } = {}): Node {
  knownOptions(options, ['alpha']);
  const alpha = finiteNumber(options.alpha ?? 1, 'alpha');
  return elementwise('elu', [x], (a) =>
    e.select(e.gt(a!, 0), a!, e.mul(expMinusOne(negativePart(a!)), alpha)),
  );
}

const SELU_SCALE = 1.0507009873554805;
const SELU_ALPHA = 1.6732632423543772;

/**
 * s x where x > 0, else s alpha (exp(x) - 1), with s = 1.0507009873554805 and alpha = 1.6732632423543772, which keep
 * mean 0 and variance 1. Source: Klambauer et al. 2017, arXiv:1706.02515.
 * @example
 * ops.selu(tensor([-2, 1])); // [-1.52, 1.051]
 */
export const selu = (x: Node): Node =>
  elementwise('selu', [x], (a) =>
    e.select(
      e.gt(a!, 0),
      e.mul(a!, SELU_SCALE),
      e.mul(expMinusOne(negativePart(a!)), SELU_SCALE * SELU_ALPHA),
    ),
  );

/**
 * x where x > 0, else alpha (exp(x / alpha) - 1), whose slope is continuous for any alpha. Source: Barron 2017,
 * arXiv:1704.07483.
 * @param options.alpha above 0. Default 1
 * @throws {InvalidArgumentError}
 * @example
 * ops.celu(tensor([-2, 1]), { alpha: 0.5 }); // [-0.4908, 1]
 */
export function celu(x: Node, options: { readonly alpha?: number } = {}): Node {
  knownOptions(options, ['alpha']);
  const alpha = finiteNumber(options.alpha ?? 1, 'alpha', {}, { above: 0 });
  return elementwise('celu', [x], (a) =>
    e.select(e.gt(a!, 0), a!, e.mul(expMinusOne(e.div(negativePart(a!), alpha)), alpha)),
  );
}
