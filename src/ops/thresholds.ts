import { finiteNumber, knownOptions } from '../errors/index.ts';
import type { Node } from '../graph/node.ts';
import * as e from '../ir/build.ts';
import type { Expression } from '../ir/expression.ts';
import { relu, relu6 } from './activations.ts';
import { elementwise } from './elementwise.ts';

export interface RectifyOptions {
  /** Slope below the threshold, at least 0. Default 0. */
  readonly negativeSlope?: number;
  /** Values above are cut to this, at least 0; null or absent: none are. */
  readonly maxValue?: number | null;
  /** At least 0. Default 0. */
  readonly threshold?: number;
}

/**
 * The relu of Keras with its arguments: min(x, maxValue) where x > threshold, else negativeSlope (x - threshold).
 * @throws {InvalidArgumentError}
 * @example
 * ops.rectify(tensor([-1, 0.5, 8]), { negativeSlope: 0.1, maxValue: 6 }); // [-0.1, 0.5, 6]
 */
export function rectify(x: Node, options: RectifyOptions = {}): Node {
  knownOptions(options, ['negativeSlope', 'maxValue', 'threshold']);
  const atLeast0 = { min: 0 };
  const slope = finiteNumber(options.negativeSlope ?? 0, 'negativeSlope', {}, atLeast0);
  const limit = finiteNumber(options.maxValue ?? 0, 'maxValue', {}, atLeast0);
  const from = finiteNumber(options.threshold ?? 0, 'threshold', {}, atLeast0);
  const cut = options.maxValue !== undefined && options.maxValue !== null;
  if (slope === 0 && from === 0) {
    if (!cut) return relu(x);
    if (limit === 6) return relu6(x);
    return elementwise('rectify', [x], (a) => e.min(e.max(a!, 0), limit));
  }
  return elementwise('rectify', [x], (a) => {
    const below = e.mul(e.sub(a!, from), slope);
    return e.select(e.gt(a!, from), cut ? e.min(a!, limit) : a!, below);
  });
}

/**
 * x where x > threshold, else `value`. Source: Keras, `threshold`.
 * @throws {InvalidArgumentError}
 * @example
 * ops.threshold(tensor([-1, 0.4, 3]), { threshold: 0.5, value: -7 }); // [-7, -7, 3]
 */
export function threshold(x: Node, options: { readonly threshold: number; readonly value: number }): Node {
  knownOptions(options, ['threshold', 'value']);
  const from = finiteNumber(options.threshold, 'threshold');
  const value = finiteNumber(options.value, 'value');
  return elementwise('threshold', [x], (a) => e.select(e.gt(a!, from), a!, value));
}

/**
 * min(max(x, -1), 1).
 * @example
 * ops.hardTanh(tensor([-2, 0.5, 3])); // [-1, 0.5, 1]
 */
export const hardTanh = (x: Node): Node => elementwise('hardTanh', [x], (a) => e.min(e.max(a!, -1), 1));

export interface ShrinkOptions {
  /** At least 0. Default 0.5. */
  readonly threshold?: number;
}

const shrink = (
  name: string,
  x: Node,
  options: ShrinkOptions,
  value: (a: Expression, threshold: number) => Expression,
): Node => {
  knownOptions(options, ['threshold']);
  const from = finiteNumber(options.threshold ?? 0.5, 'threshold', {}, { min: 0 });
  return elementwise(name, [x], (a) => value(a!, from));
};

/**
 * x where |x| > threshold, else 0.
 * @throws {InvalidArgumentError}
 * @example
 * ops.hardShrink(tensor([-1, 0.3, 2])); // [-1, 0, 2]
 */
export const hardShrink = (x: Node, options: ShrinkOptions = {}): Node =>
  shrink('hardShrink', x, options, (a, from) => e.select(e.gt(e.abs(a), from), a, 0));

/**
 * x moved towards 0 by the threshold; 0 where |x| is no larger.
 * @throws {InvalidArgumentError}
 * @example
 * ops.softShrink(tensor([-1, 0.3, 2])); // [-0.5, 0, 1.5]
 */
export const softShrink = (x: Node, options: ShrinkOptions = {}): Node =>
  shrink('softShrink', x, options, (a, from) =>
    e.select(e.gt(a, from), e.sub(a, from), e.select(e.lt(a, -from), e.add(a, from), 0)),
  );

/**
 * x - tanh(x).
 * @example
 * ops.tanhShrink(tensor([-1, 0, 2])); // [-0.2384, 0, 1.036]
 */
export const tanhShrink = (x: Node): Node => elementwise('tanhShrink', [x], (a) => e.sub(a!, e.tanh(a!)));
