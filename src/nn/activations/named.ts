import { finiteNumber, inCall, knownOptions } from '../../errors/index.ts';
import { operandOf } from '../../graph/is-node.ts';
import type { Node } from '../../graph/node.ts';
import * as ops from '../../ops/index.ts';
import { alongAxis } from './along-axis.ts';

// The activations of Keras 3, under its names in camelCase: functions from a value to a value, of the same shape
// except glu. All but threshold may be named in `activation: '...'`. Arguments follow the value as an object and are
// checked by the operation.

/** Checks the value, names the activation in errors, and refuses options where it has none. */
const named =
  <Options extends readonly unknown[]>(
    name: string,
    apply: (x: Node, ...options: Options) => Node,
  ): ((x: Node, ...options: Options) => Node) =>
  (x, ...options) =>
    inCall(`activations.${name}`, () => apply(operandOf(x, 'x'), ...options));
const plain = (name: string, apply: (x: Node) => Node): ((x: Node) => Node) =>
  named(name, (x: Node, ...rest: readonly unknown[]) => {
    // A number is the place of x in an array whose elements are mapped.
    if (typeof rest[0] === 'object') knownOptions(rest[0], []);
    return apply(x);
  });

/** The value itself. */
export const linear: (x: Node) => Node = plain('linear', (x) => x);

/**
 * max(x, 0); with arguments min(x, maxValue) where x > threshold, else negativeSlope (x - threshold). Defaults: none, 0
 * and 0.
 * @throws {InvalidArgumentError}
 */
export const relu: typeof ops.rectify = named('relu', ops.rectify);

/** min(max(x, 0), 6). */
export const relu6: (x: Node) => Node = plain('relu6', ops.relu6);

/**
 * x where positive, else negativeSlope x.
 * @param options.negativeSlope default 0.2
 * @throws {InvalidArgumentError}
 */
export const leakyRelu: (x: Node, options?: { readonly negativeSlope?: number }) => Node = named(
  'leakyRelu',
  (x: Node, options: { readonly negativeSlope?: number } = {}) => {
    knownOptions(options, ['negativeSlope']);
    const slope = finiteNumber(options.negativeSlope ?? 0.2, 'negativeSlope', {}, { min: 0 });
    return ops.leakyRelu(x, { slope });
  },
);

/** 1 / (1 + exp(-x)). */
export const sigmoid: (x: Node) => Node = plain('sigmoid', ops.sigmoid);
/** Hyperbolic tangent. */
export const tanh: (x: Node) => Node = plain('tanh', ops.tanh);

/**
 * x times the standard normal distribution function.
 * @param options.approximate the form with tanh instead. Default false
 */
export const gelu: typeof ops.gelu = named('gelu', ops.gelu);

/** x * sigmoid(x), also called swish. */
export const silu: (x: Node) => Node = plain('silu', ops.silu);
/** x * sigmoid(x). */
export const swish: (x: Node) => Node = plain('swish', ops.silu);
/** min(max(x + 3, 0), 6) / 6. */
export const hardSigmoid: (x: Node) => Node = plain('hardSigmoid', ops.hardSigmoid);
/** x * hardSigmoid(x), also called hard-swish. */
export const hardSilu: (x: Node) => Node = plain('hardSilu', ops.hardSwish);
/** x * hardSigmoid(x). */
export const hardSwish: (x: Node) => Node = plain('hardSwish', ops.hardSwish);

/**
 * exp(x) over its sum along an axis.
 * @param options.axis counted with the batch as axis 0, or negative from the end. Default -1
 * @throws {InvalidArgumentError} {ShapeError} if the input has no such axis or it is the batch
 */
export const softmax: (x: Node, options?: { readonly axis?: number }) => Node = named(
  'softmax',
  (x: Node, options: { readonly axis?: number } = {}) => alongAxis(x, options, ops.softmax),
);
/**
 * Logarithm of softmax along an axis.
 * @param options.axis counted with the batch as axis 0, or negative from the end. Default -1
 * @throws {InvalidArgumentError} {ShapeError} if the input has no such axis or it is the batch
 */
export const logSoftmax: (x: Node, options?: { readonly axis?: number }) => Node = named(
  'logSoftmax',
  (x: Node, options: { readonly axis?: number } = {}) => alongAxis(x, options, ops.logSoftmax),
);
/** The nearest probabilities along the last axis, most of them 0. */
export const sparsemax: (x: Node) => Node = plain('sparsemax', ops.sparsemax);

/** e to the power of x. */
export const exponential: (x: Node) => Node = plain('exponential', ops.exp);
/** x where positive, else alpha (exp(x) - 1). Default alpha 1. */
export const elu: typeof ops.elu = named('elu', ops.elu);
/** elu scaled so that mean 0 and variance 1 stay. */
export const selu: (x: Node) => Node = plain('selu', ops.selu);
/** x where positive, else alpha (exp(x / alpha) - 1). Default alpha 1. */
export const celu: typeof ops.celu = named('celu', ops.celu);
/** log(1 + exp(x)). */
export const softplus: (x: Node) => Node = plain('softplus', ops.softplus);
/** Logarithm of sigmoid. */
export const logSigmoid: (x: Node) => Node = plain('logSigmoid', ops.logSigmoid);
/** x tanh(softplus(x)). */
export const mish: (x: Node) => Node = plain('mish', ops.mish);
/** x / (1 + |x|). */
export const softsign: (x: Node) => Node = plain('softsign', ops.softsign);
/** (x + sqrt(x^2 + b)) / 2. Default b 4. */
export const squareplus: typeof ops.squareplus = named('squareplus', ops.squareplus);
/** 0 up to -1, (x + 1)^2 / 4 up to 1, then x. */
export const sparsePlus: (x: Node) => Node = plain('sparsePlus', ops.sparsePlus);
/** 0 up to -1, (x + 1) / 2 up to 1, then 1. */
export const sparseSigmoid: (x: Node) => Node = plain('sparseSigmoid', ops.sparseSigmoid);
/** min(max(x, -1), 1). */
export const hardTanh: (x: Node) => Node = plain('hardTanh', ops.hardTanh);
/** x where |x| > threshold, else 0. Default threshold 0.5. */
export const hardShrink: typeof ops.hardShrink = named('hardShrink', ops.hardShrink);
/** x moved towards 0 by the threshold, 0 within it. Default threshold 0.5. */
export const softShrink: typeof ops.softShrink = named('softShrink', ops.softShrink);
/** x - tanh(x). */
export const tanhShrink: (x: Node) => Node = plain('tanhShrink', ops.tanhShrink);
/** The first half of the last axis times the sigmoid of the second: the extent halves. */
export const glu: (x: Node) => Node = plain('glu', ops.glu);
/** x where x > threshold, else `value`. Both must be given. */
export const threshold: typeof ops.threshold = named('threshold', ops.threshold);
