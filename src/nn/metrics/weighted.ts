import type { Node } from '../../graph/node.ts';
import { elementCount } from '../../ir/tensor-type.ts';
import * as ops from '../../ops/index.ts';
import type { Metric } from './metric.ts';

/**
 * What a metric gives for a sample, times the weight of the sample, and that weight behind it.
 * @param weight shape []. Default: the value is left as it is
 * @returns shape [numbers + 1]
 */
export function withWeight(value: Node, weight?: Node): Node {
  if (!weight) return value;
  const flat = ops.reshape(value, [elementCount(value.type.shape)]);
  return ops.concatenate([ops.multiply(flat, weight), ops.reshape(weight, [1])]);
}

/** The result of a metric from sums of what `withWeight` gives. */
export const weightedResult =
  (result: NonNullable<Metric['result']>): NonNullable<Metric['result']> =>
  (sums, _, samples) =>
    result(sums.slice(0, -1), sums.at(-1)!, samples);
