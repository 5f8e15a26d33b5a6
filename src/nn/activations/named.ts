import type { Node } from '../../graph/node.ts';
import * as e from '../../ir/build.ts';
import { elementwise } from '../../ops/elementwise.ts';
import * as ops from '../../ops/index.ts';
import type { Activation } from './activation.ts';

const named = (name: string, apply: (x: Node) => Node): Activation => ({ name, apply });

/** The value itself. */
export const linear: Activation = named('linear', (x) => x);
/** max(x, 0). */
export const relu: Activation = named('relu', ops.relu);
/** min(max(x, 0), 6). */
export const relu6: Activation = named('relu6', ops.relu6);
/** x where positive, else 0.2 x. */
export const leakyRelu: Activation = named('leaky_relu', (x) => ops.leakyRelu(x));
/** 1 / (1 + exp(-x)). */
export const sigmoid: Activation = named('sigmoid', ops.sigmoid);
/** Hyperbolic tangent. */
export const tanh: Activation = named('tanh', ops.tanh);
/** x times the standard normal distribution function, exact. */
export const gelu: Activation = named('gelu', (x) => ops.gelu(x));
/** x * sigmoid(x), also called swish. */
export const silu: Activation = named('silu', ops.silu);
/** min(max(x + 3, 0), 6) / 6. */
export const hardSigmoid: Activation = named('hard_sigmoid', ops.hardSigmoid);
/** x * hardSigmoid(x), also called hard-silu. */
export const hardSwish: Activation = named('hard_silu', ops.hardSwish);
/** exp(x) over its sum along the last axis. */
export const softmax: Activation = named('softmax', ops.softmax);
/** Logarithm of softmax along the last axis. */
export const logSoftmax: Activation = named('log_softmax', ops.logSoftmax);
/** e to the power of x. */
export const exponential: Activation = named('exponential', ops.exp);
/** log(1 + exp(x)). */
export const softplus: Activation = named('softplus', (x) =>
  elementwise('softplus', [x], (a) => {
    const positive = e.ge(a!, 0);
    const tail = e.exp(e.select(positive, e.neg(a!), a!));
    return e.add(e.select(positive, a!, 0), e.log(e.add(tail, 1)));
  }),
);
/** x where positive, else exp(x) - 1. */
export const elu: Activation = named('elu', (x) =>
  elementwise('elu', [x], (a) => e.select(e.gt(a!, 0), a!, e.sub(e.exp(e.min(a!, 0)), 1))),
);
