import { booleanValue, finiteNumber, knownOptions } from '../errors/index.ts';
import type { Node } from '../graph/node.ts';
import * as e from '../ir/build.ts';
import type { Expression } from '../ir/expression.ts';
import { elementwise } from './elementwise.ts';
import { recordLogits } from './logits.ts';

const unary = (name: string, x: Node, value: (x: Expression) => Expression): Node =>
  elementwise(name, [x], (a) => value(a!));

/**
 * max(x, 0). The gradient at 0 is 0.
 * @example
 * ops.relu(tensor([-1, 0, 2])); // [0, 0, 2]
 */
export const relu = (x: Node): Node => unary('relu', x, (a) => e.max(a, 0));

/**
 * min(max(x, 0), 6). The gradient at 0 and 6 is 0.
 * @example
 * ops.relu6(tensor([-1, 3, 8])); // [0, 3, 6]
 */
export const relu6 = (x: Node): Node => unary('relu6', x, (a) => e.min(e.max(a, 0), 6));

/**
 * x where x > 0, else slope * x.
 * @param options.slope default 0.2 (Keras)
 * @example
 * ops.leakyRelu(tensor([-1, 2]), { slope: 0.1 }); // [-0.1, 2]
 */
export function leakyRelu(x: Node, options: { readonly slope?: number } = {}): Node {
  const slope = finiteNumber(options.slope ?? 0.2, 'slope');
  return unary('leakyRelu', x, (a) => e.select(e.gt(a, 0), a, e.mul(a, slope)));
}

/**
 * 1 / (1 + exp(-x)).
 * @example
 * ops.sigmoid(tensor([-2, 0, 2])); // [0.1192, 0.5, 0.8808]
 */
export function sigmoid(x: Node): Node {
  const result = unary('sigmoid', x, e.sigmoid);
  recordLogits('sigmoid', result, x);
  return result;
}

/**
 * Hyperbolic tangent.
 * @example
 * ops.tanh(tensor([-1, 0, 1])); // [-0.7616, 0, 0.7616]
 */
export const tanh = (x: Node): Node => unary('tanh', x, e.tanh);

/**
 * x * P(X <= x) for a standard normal X: 0.5 x (1 + erf(x / sqrt 2)).
 * @param options.approximate 0.5 x (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3))) instead. Default false
 * @example
 * ops.gelu(tensor([-1, 0, 2])); // [-0.1587, 0, 1.954]
 */
export function gelu(x: Node, options: { readonly approximate?: boolean } = {}): Node {
  knownOptions(options, ['approximate']);
  if (booleanValue(options.approximate ?? false, 'approximate')) {
    return unary('gelu', x, (a) => {
      const inner = e.mul(e.add(a, e.mul(e.mul(e.mul(a, a), a), 0.044715)), Math.sqrt(2 / Math.PI));
      return e.mul(e.mul(a, 0.5), e.add(e.tanh(inner), 1));
    });
  }
  return unary('gelu', x, (a) => e.mul(e.mul(a, 0.5), e.add(e.erf(e.mul(a, Math.SQRT1_2)), 1)));
}

/**
 * x * sigmoid(x), also called swish.
 * @example
 * ops.silu(tensor([-2, 0, 2])); // [-0.2384, 0, 1.762]
 */
export const silu = (x: Node): Node => unary('silu', x, (a) => e.mul(a, e.sigmoid(a)));

/**
 * min(max(x + 3, 0), 6) / 6.
 * @example
 * ops.hardSigmoid(tensor([-4, 0, 1.5])); // [0, 0.5, 0.75]
 */
export const hardSigmoid = (x: Node): Node => unary('hardSigmoid', x, hardSigmoidOf);

/**
 * x * min(max(x + 3, 0), 6) / 6.
 * @example
 * ops.hardSwish(tensor([-4, 0, 1.5])); // [0, 0, 1.125]
 */
export const hardSwish = (x: Node): Node => unary('hardSwish', x, (a) => e.mul(a, hardSigmoidOf(a)));

const hardSigmoidOf = (a: Expression): Expression => e.mul(e.min(e.max(e.add(a, 3), 0), 6), 1 / 6);

/**
 * e to the power of x.
 * @example
 * ops.exp(tensor([0, 1])); // [1, 2.718]
 */
export const exp = (x: Node): Node => unary('exp', x, e.exp);
/**
 * Natural logarithm.
 * @example
 * ops.log(tensor([1, 10])); // [0, 2.303]
 */
export const log = (x: Node): Node => unary('log', x, e.log);
/**
 * Square root.
 * @example
 * ops.sqrt(tensor([4, 2])); // [2, 1.414]
 */
export const sqrt = (x: Node): Node => unary('sqrt', x, e.sqrt);
/**
 * x * x.
 * @example
 * ops.square(tensor([-3, 2])); // [9, 4]
 */
export const square = (x: Node): Node => unary('square', x, (a) => e.mul(a, a));
/**
 * -x.
 * @example
 * ops.negate(tensor([1, -2])); // [-1, 2]
 */
export const negate = (x: Node): Node => unary('negate', x, e.neg);
/**
 * |x|. The gradient at 0 is 0.
 * @example
 * ops.abs(tensor([-1.5, 2])); // [1.5, 2]
 */
export const abs = (x: Node): Node => unary('abs', x, e.abs);

/**
 * x * scale + offset; x may hold bytes or integers.
 * @param options.scale default 1
 * @param options.offset default 0
 * @example
 * ops.rescale(tensor(Uint8Array.of(0, 255)), { scale: 2 / 255, offset: -1 }); // [-1, 1]
 */
export function rescale(x: Node, options: { readonly scale?: number; readonly offset?: number } = {}): Node {
  const scale = finiteNumber(options.scale ?? 1, 'scale');
  const offset = finiteNumber(options.offset ?? 0, 'offset');
  return unary('rescale', x, (a) => {
    const scaled = e.mul(a, scale);
    return offset === 0 ? scaled : e.add(scaled, offset);
  });
}

/**
 * x itself, through which no gradient flows.
 * @example
 * const f = grad((x) => ops.reduceSum(ops.multiply(ops.stopGradient(x), x)));
 * f(tensor([3])); // [3]
 */
export const stopGradient = (x: Node): Node =>
  elementwise('stopGradient', [x], (a) => a!, { stopGradient: true });
