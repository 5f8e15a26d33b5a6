import { InvalidArgumentError, nearest, type Place } from '../../errors/index.ts';
import type { Node } from '../../graph/node.ts';
import { sampleMean } from '../losses/define.ts';
import { lossNamed, lossNames } from '../losses/get-loss.ts';
import { camelCase } from '../naming.ts';
import { accuracyFor, binaryAccuracy, categoricalAccuracy, sparseCategoricalAccuracy } from './accuracy.ts';
import type { Metric } from './metric.ts';

/** A metric, its name, or a function from target and prediction (in its shape) to values of elements. */
export type MetricLike = Metric | string | ((target: Node, prediction: Node) => Node);

const byName: Readonly<Record<string, () => Metric>> = {
  sparseCategoricalAccuracy,
  categoricalAccuracy,
  binaryAccuracy,
};

/**
 * Finds a metric by name; `accuracy` (or `acc`) is chosen by the shapes of prediction and target. The name of a
 * loss gives that loss as a metric.
 * @throws {InvalidArgumentError}
 */
export function getMetric(
  value: unknown,
  prediction: readonly number[],
  target: readonly number[],
  place: Place = {},
): Metric {
  if (typeof value === 'object' && value !== null && 'perSample' in value) return value as Metric;
  if (typeof value === 'function') return ownMetric(value as (target: Node, prediction: Node) => Node);
  if (typeof value === 'string') {
    const plain = camelCase(value);
    const key = plain.charAt(0).toLowerCase() + plain.slice(1);
    if (key === 'accuracy' || key === 'acc') return { ...accuracyFor(prediction, target), name: key };
    const found = Object.hasOwn(byName, key) ? byName[key]!() : lossNamed(key);
    if (found) return { ...found, name: key };
  }
  throw new InvalidArgumentError({
    ...place,
    argument: 'metrics',
    expected: 'metrics, their names, or functions',
    received: value,
    suggestion:
      typeof value === 'string'
        ? nearest(value, ['accuracy', ...Object.keys(byName), ...lossNames])
        : undefined,
  });
}

const ownMetric = (values: (target: Node, prediction: Node) => Node): Metric => ({
  className: 'Function',
  name: values.name || 'metric',
  target: 'values',
  perSample: (target, prediction) => sampleMean(values(target, prediction)),
});
