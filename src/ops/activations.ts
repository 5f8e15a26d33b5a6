import { finiteNumber } from '../errors/index.ts';
import type { Node } from '../graph/node.ts';
import * as e from '../ir/build.ts';
import type { Expression } from '../ir/expression.ts';
import { elementwise } from './elementwise.ts';
import { recordLogits } from './logits.ts';

const unary = (name: string, x: Node, value: (x: Expression) => Expression): Node =>
  elementwise(name, [x], (a) => value(a!));

/** max(x, 0). The gradient at 0 is 0. */
export const relu = (x: Node): Node => unary('relu', x, (a) => e.max(a, 0));

/** min(max(x, 0), 6). The gradient at 0 and 6 is 0. */
export const relu6 = (x: Node): Node => unary('relu6', x, (a) => e.min(e.max(a, 0), 6));

/**
 * x where x > 0, else slope * x.
 * @param options.slope default 0.2 (Keras)
 */
export function leakyRelu(x: Node, options: { readonly slope?: number } = {}): Node {
  const slope = finiteNumber(options.slope ?? 0.2, 'slope');
  return unary('leakyRelu', x, (a) => e.select(e.gt(a, 0), a, e.mul(a, slope)));
}

/** 1 / (1 + exp(-x)). */
export function sigmoid(x: Node): Node {
  const result = unary('sigmoid', x, e.sigmoid);
  recordLogits('sigmoid', result, x);
  return result;
}

/** Hyperbolic tangent. */
export const tanh = (x: Node): Node => unary('tanh', x, e.tanh);

/**
 * x * P(X <= x) for a standard normal X: 0.5 x (1 + erf(x / sqrt 2)).
 * @param options.approximate 0.5 x (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3))) instead. Default false
 */
export function gelu(x: Node, options: { readonly approximate?: boolean } = {}): Node {
  if (options.approximate) {
    return unary('gelu', x, (a) => {
      const inner = e.mul(e.add(a, e.mul(e.mul(e.mul(a, a), a), 0.044715)), Math.sqrt(2 / Math.PI));
      return e.mul(e.mul(a, 0.5), e.add(e.tanh(inner), 1));
    });
  }
  return unary('gelu', x, (a) => e.mul(e.mul(a, 0.5), e.add(e.erf(e.mul(a, Math.SQRT1_2)), 1)));
}

/** x * sigmoid(x), also called swish. */
export const silu = (x: Node): Node => unary('silu', x, (a) => e.mul(a, e.sigmoid(a)));

/** min(max(x + 3, 0), 6) / 6. */
export const hardSigmoid = (x: Node): Node => unary('hardSigmoid', x, hardSigmoidOf);

/** x * min(max(x + 3, 0), 6) / 6. */
export const hardSwish = (x: Node): Node => unary('hardSwish', x, (a) => e.mul(a, hardSigmoidOf(a)));

const hardSigmoidOf = (a: Expression): Expression => e.mul(e.min(e.max(e.add(a, 3), 0), 6), 1 / 6);

/** e to the power of x. */
export const exp = (x: Node): Node => unary('exp', x, e.exp);
/** Natural logarithm. */
export const log = (x: Node): Node => unary('log', x, e.log);
/** Square root. */
export const sqrt = (x: Node): Node => unary('sqrt', x, e.sqrt);
/** x * x. */
export const square = (x: Node): Node => unary('square', x, (a) => e.mul(a, a));
/** -x. */
export const negate = (x: Node): Node => unary('negate', x, e.neg);
/** |x|. The gradient at 0 is 0. */
export const abs = (x: Node): Node => unary('abs', x, e.abs);

/**
 * x * scale + offset; x may hold bytes or integers.
 * @param options.scale default 1
 * @param options.offset default 0
 */
export function rescale(x: Node, options: { readonly scale?: number; readonly offset?: number } = {}): Node {
  const scale = finiteNumber(options.scale ?? 1, 'scale');
  const offset = finiteNumber(options.offset ?? 0, 'offset');
  return unary('rescale', x, (a) => {
    const scaled = e.mul(a, scale);
    return offset === 0 ? scaled : e.add(scaled, offset);
  });
}

/** x itself, through which no gradient flows. */
export const stopGradient = (x: Node): Node =>
  elementwise('stopGradient', [x], (a) => a!, { stopGradient: true });
