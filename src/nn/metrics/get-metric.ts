import { InvalidArgumentError, nearest, type Place } from '../../errors/index.ts';
import { type CustomObjects, customObject, optionsOfConfig } from '../custom-objects.ts';
import { type LossName, lossNamed, lossNames } from '../losses/get-loss.ts';
import { type OwnFunction, ownFunction } from '../losses/own-function.ts';
import type { NameLike, PlainName } from '../names.ts';
import { camelCase, plainName } from '../naming.ts';
import { refuseNotOffered } from '../not-offered.ts';
import { accuracyFor } from './accuracy.ts';
import type { MetricMaker } from './define.ts';
import * as makers from './makers.ts';
import type { Metric } from './metric.ts';

/** A metric, its name, or a function from target and prediction (in its shape) to values of elements. */
export type MetricLike = Metric | MetricName | OwnFunction;

/** Names of metrics, ours and those of Keras; a loss is a metric too. */
export type MetricName = 'accuracy' | 'acc' | NameLike<PlainName<typeof makers>> | LossName;

const byName = makers as unknown as Readonly<Record<string, MetricMaker>>;
const byClass: ReadonlyMap<string, MetricMaker> = new Map(
  Object.values(byName).map((make) => [make.kind.className, make]),
);
const byPlainName: ReadonlyMap<string, MetricMaker> = new Map(
  Object.entries(byName).map(([name, make]) => [plainName(name), make]),
);

/** The function that makes metrics of a class of Keras, or undefined. */
export const metricOfClass = (className: string): MetricMaker | undefined => byClass.get(className);

/**
 * A registered metric, or a registered loss as one.
 * @throws {InvalidArgumentError} where what was registered makes none
 */
export function metricFrom(
  name: string,
  custom: NonNullable<CustomObjects['metrics'] | CustomObjects['losses']>[string],
  config: unknown,
  argument: string,
  place: Place = {},
): Metric {
  if (typeof custom === 'function') return { ...ownFunction(custom, argument, name), name };
  const made: unknown = custom.fromOptions(optionsOfConfig(config));
  if (Object(made) === made && typeof (made as Metric).perSample === 'function') return made as Metric;
  throw new InvalidArgumentError({ ...place, argument, expected: `a metric from "${name}"`, received: made });
}

/** `mean_squared_error`, `MeanSquaredError` -> `meanSquaredError`; `AUC` -> `auc`. */
export function keyOf(name: string): string {
  if (/^[A-Z]+$/.test(name)) return name.toLowerCase();
  const camel = camelCase(name);
  return camel.charAt(0).toLowerCase() + camel.slice(1);
}

/** True for a name that `getMetric` knows. */
export const isMetricName = (name: string): boolean =>
  /^acc(uracy)?$/.test(keyOf(name)) ||
  byPlainName.has(plainName(keyOf(name))) ||
  lossNamed(keyOf(name)) !== undefined;

/**
 * Finds a metric by name (camelCase, snake_case or the class of Keras); `accuracy` (or `acc`) is chosen by the shapes of
 * prediction and target. The name of a loss gives that loss as a metric.
 * @param place for errors: what was called. Default none
 * @param argument for errors: what the value is called. Default `metrics`
 * @throws {InvalidArgumentError}
 */
export function getMetric(
  value: unknown,
  prediction: readonly number[],
  target: readonly number[],
  place: Place = {},
  argument: string = 'metrics',
): Metric {
  if (typeof value === 'object' && value !== null && 'perSample' in value) return value as Metric;
  if (typeof value === 'function') return ownFunction(value as OwnFunction, argument, 'metric');
  if (typeof value === 'string') {
    const key = keyOf(value);
    if (key === 'accuracy' || key === 'acc') return { ...accuracyFor(prediction, target), name: key };
    const custom = customObject('metrics', value) ?? customObject('losses', value);
    if (custom) return metricFrom(value, custom, {}, argument, place);
    const found = byPlainName.get(plainName(key))?.() ?? lossNamed(key);
    if (found) return { ...found, name: key };
    refuseNotOffered('metric', value, place);
  }
  throw new InvalidArgumentError({
    ...place,
    argument,
    expected: 'metrics, their names, or functions',
    received: value,
    suggestion:
      typeof value === 'string'
        ? nearest(value, ['accuracy', ...Object.keys(byName), ...lossNames])
        : undefined,
  });
}
