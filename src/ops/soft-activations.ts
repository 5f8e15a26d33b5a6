import { finiteNumber, knownOptions } from '../errors/index.ts';
import type { Node } from '../graph/node.ts';
import * as e from '../ir/build.ts';
import type { Expression } from '../ir/expression.ts';
import { elementwise } from './elementwise.ts';
import { logOnePlus } from './near-zero.ts';

/** exp(-|x|), which never overflows, and where x >= 0. */
function decay(x: Expression): { tail: Expression; positive: Expression } {
  const positive = e.ge(x, 0);
  return { tail: e.exp(e.select(positive, e.neg(x), x)), positive };
}

/**
 * log(1 + exp(x)) = max(x, 0) + log(1 + exp(-|x|)).
 * @example
 * ops.softplus(tensor([-2, 0, 2])); // [0.1269, 0.6931, 2.127]
 */
export const softplus = (x: Node): Node =>
  elementwise('softplus', [x], (a) => {
    const { tail, positive } = decay(a!);
    return e.add(e.select(positive, a!, 0), logOnePlus(tail));
  });

/**
 * log(1 / (1 + exp(-x))) = min(x, 0) - log(1 + exp(-|x|)).
 * @example
 * ops.logSigmoid(tensor([-2, 0, 2])); // [-2.127, -0.6931, -0.1269]
 */
export const logSigmoid = (x: Node): Node =>
  elementwise('logSigmoid', [x], (a) => {
    const { tail, positive } = decay(a!);
    return e.sub(e.select(positive, 0, a!), logOnePlus(tail));
  });

/**
 * x tanh(log(1 + exp(x))). With t = exp(-|x|) the second factor is n / (n + r): n = 1 + 2 t and r = 2 t^2 where
 * x >= 0, n = t^2 + 2 t and r = 2 elsewhere. Source: Misra 2019, arXiv:1908.08681.
 * @example
 * ops.mish(tensor([-2, 0, 2])); // [-0.2525, 0, 1.944]
 */
export const mish = (x: Node): Node =>
  elementwise('mish', [x], (a) => {
    const { tail, positive } = decay(a!);
    const [twice, squared] = [e.mul(tail, 2), e.mul(tail, tail)];
    const n = e.add(twice, e.select(positive, 1, squared));
    return e.mul(a!, e.div(n, e.add(n, e.select(positive, e.mul(squared, 2), 2))));
  });

/**
 * x / (1 + |x|).
 * @example
 * ops.softsign(tensor([-3, 1])); // [-0.75, 0.5]
 */
export const softsign = (x: Node): Node =>
  elementwise('softsign', [x], (a) => e.div(a!, e.add(e.abs(a!), 1)));

/**
 * (x + sqrt(x^2 + b)) / 2, a smooth relu without an exponential. Source: Barron 2021, arXiv:2112.11687.
 * @param options.b above 0: how smooth. Default 4
 * @throws {InvalidArgumentError}
 * @example
 * ops.squareplus(tensor([-2, 0, 2])); // [0.4142, 1, 2.414]
 */
export function squareplus(x: Node, options: { readonly b?: number } = {}): Node {
  knownOptions(options, ['b']);
  const b = finiteNumber(options.b ?? 4, 'b', {}, { above: 0 });
  return elementwise('squareplus', [x], (a) => e.mul(e.add(a!, e.sqrt(e.add(e.mul(a!, a!), b))), 0.5));
}

/**
 * 0 up to x = -1, (x + 1)^2 / 4 up to 1, x from there on. Source: Keras, `sparse_plus`.
 * @example
 * ops.sparsePlus(tensor([-2, 0, 2])); // [0, 0.25, 2]
 */
export const sparsePlus = (x: Node): Node =>
  elementwise('sparsePlus', [x], (a) => {
    const risen = e.add(a!, 1);
    const middle = e.mul(e.mul(risen, risen), 0.25);
    return e.select(e.le(a!, -1), 0, e.select(e.lt(a!, 1), middle, a!));
  });

/**
 * 0 up to x = -1, (x + 1) / 2 up to 1, 1 from there on. Source: Keras, `sparse_sigmoid`.
 * @example
 * ops.sparseSigmoid(tensor([-2, 0.5, 2])); // [0, 0.75, 1]
 */
export const sparseSigmoid = (x: Node): Node =>
  elementwise('sparseSigmoid', [x], (a) =>
    e.select(e.le(a!, -1), 0, e.select(e.ge(a!, 1), 1, e.mul(e.add(a!, 1), 0.5))),
  );
