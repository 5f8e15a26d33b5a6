import { finiteNumber, nonNegativeInteger } from '../errors/index.ts';
import { computeNode, type Node } from '../graph/node.ts';
import { type Affine, affine } from '../ir/affine.ts';
import * as e from '../ir/build.ts';
import { compute } from '../ir/definition.ts';
import type { Expression } from '../ir/expression.ts';
import { rowMajorStrides } from '../ir/tensor-type.ts';
import { dropoutScale, dropoutThreshold } from '../numerics/dropout.ts';
import { elementwise } from './elementwise.ts';
import { normalQuantile } from './normal-quantile.ts';
import { spatialRank } from './window.ts';

/** A node of values that depend on the seed, the step, the stream, the sample's place in the batch and the element. */
function randomNode(
  name: string,
  shape: readonly number[],
  batched: boolean,
  value: (element: Affine) => Expression,
): Node {
  const strides = rowMajorStrides(shape);
  const definition = compute(batched ? 'map' : 'none', shape, (axes) =>
    value(affine(Object.fromEntries(axes.map((axis, k) => [axis, shape[k] === 1 ? 0 : strides[k]!])))),
  );
  return computeNode(name, shape, definition, [], { stopGradient: true });
}

/**
 * Sets whole channels of a sample to zero with probability `rate` and scales the others by 1 / (1 - rate). Source:
 * Tompson et al. 2014, arXiv:1411.4280.
 * @param x shape [...spatial, channels]
 * @param options.rate at least 0, below 1
 * @param options.stream a number that no other random operation of the model has
 * @throws {InvalidArgumentError} {ShapeError}
 * @example
 * ops.spatialDropout(tensor([[1, 1, 1, 1], [2, 2, 2, 2]]), { rate: 0.5, stream: 1 }); // [[0, 0, 0, 2], [0, 0, 0, 4]]
 */
export function spatialDropout(x: Node, options: { readonly rate: number; readonly stream: number }): Node {
  const rate = finiteNumber(options.rate, 'rate', {}, { min: 0, below: 1 });
  const stream = nonNegativeInteger(options.stream, 'stream');
  const rank = spatialRank(x.type.shape, 'the input of spatialDropout');
  if (rate === 0) return x;
  const shape = [...new Array<number>(rank).fill(1), x.type.shape[rank]!];
  const keep = randomNode('spatialDropoutKeep', shape, x.type.batched, (element) =>
    e.select(e.ge(e.random(stream, element), dropoutThreshold(rate)), dropoutScale(rate), 0),
  );
  return elementwise('spatialDropout', [x, keep], (a, b) => e.mul(a!, b!));
}

/** Normal numbers of mean 0 and deviation 1: quantiles in the middle of 65536 equal shares of the probability. */
const normalNode = (name: string, x: Node, stream: number): Node =>
  randomNode(name, x.type.shape, x.type.batched, (element) =>
    // 2 p - 1 for p = (k + 1/2) / 65536, exact in float32.
    normalQuantile(e.sub(e.mul(e.add(e.random(stream, element), 0.5), 2 ** -15), 1)),
  );

/**
 * Adds normal noise of mean 0, at most 4.33 deviations large.
 * @param options.stddev at least 0
 * @param options.stream a number that no other random operation of the model has
 * @throws {InvalidArgumentError}
 * @example
 * ops.gaussianNoise(tensor([0, 0, 0]), { stddev: 1, stream: 1 }); // [-0.1188, -0.3613, -0.7317]
 */
export function gaussianNoise(x: Node, options: { readonly stddev: number; readonly stream: number }): Node {
  const stddev = finiteNumber(options.stddev, 'stddev', {}, { min: 0 });
  const stream = nonNegativeInteger(options.stream, 'stream');
  if (stddev === 0) return x;
  const noise = normalNode('gaussianNoiseNormal', x, stream);
  return elementwise('gaussianNoise', [x, noise], (a, z) => e.add(a!, e.mul(z!, stddev)));
}

/**
 * Multiplies by normal noise of mean 1 and variance rate / (1 - rate). Source: Srivastava et al. 2014, JMLR 15,
 * section 10.
 * @param options.rate at least 0, below 1
 * @param options.stream a number that no other random operation of the model has
 * @throws {InvalidArgumentError}
 * @example
 * ops.gaussianDropout(tensor([1, 1, 1]), { rate: 0.1, stream: 1 }); // [0.9604, 0.8796, 0.7561]
 */
export function gaussianDropout(x: Node, options: { readonly rate: number; readonly stream: number }): Node {
  const rate = finiteNumber(options.rate, 'rate', {}, { min: 0, below: 1 });
  const stream = nonNegativeInteger(options.stream, 'stream');
  if (rate === 0) return x;
  const noise = normalNode('gaussianDropoutNormal', x, stream);
  const stddev = Math.sqrt(rate / (1 - rate));
  return elementwise('gaussianDropout', [x, noise], (a, z) => e.mul(a!, e.add(e.mul(z!, stddev), 1)));
}
