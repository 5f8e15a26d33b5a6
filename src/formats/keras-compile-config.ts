import { UnsupportedError } from '../errors/index.ts';
import { customObject, functionConfig, nameOfCustom, ownClassConfig } from '../nn/custom-objects.ts';
import { lossOfClass } from '../nn/losses/get-loss.ts';
import type { Loss } from '../nn/losses/loss.ts';
import { metricOfClass } from '../nn/metrics/get-metric.ts';
import type { MetricLike } from '../nn/metrics/index.ts';
import { camelCase, snakeCase } from '../nn/naming.ts';
import type { Network } from '../nn/network/network.ts';
import type { Optimizer } from '../nn/optimizers/optimizer.ts';
import type { OutputObjective } from '../training/objective.ts';

type Json = Readonly<Record<string, unknown>>;

const serialized = (module: string, className: string, config: Json): Json => ({
  module,
  class_name: className,
  config,
  registered_name: null,
});

/**
 * What a model was compiled with, as Keras writes it.
 * @throws {UnsupportedError} for losses and metrics that are functions of the user
 */
export function compileConfig(
  network: Network,
  objectives: readonly OutputObjective[],
  optimizer: Optimizer,
): Record<string, unknown> {
  const byOutput = <T>(value: (objective: OutputObjective) => T): unknown =>
    network.outputs.length === 1
      ? value(objectives[0]!)
      : Object.fromEntries(objectives.map((objective) => [objective.name, value(objective)]));
  return {
    optimizer: customObject('optimizers', optimizer.className)
      ? ownClassConfig(optimizer.className, optimizer.getConfig())
      : serialized('keras.optimizers', optimizer.className, {
          name: optimizer.className.toLowerCase(),
          ...optimizer.getConfig(),
        }),
    loss: byOutput(({ loss }) => lossConfig(loss)),
    loss_weights: objectives.every(({ weight }) => weight === 1) ? null : byOutput(({ weight }) => weight),
    metrics: byOutput(({ metrics }) => metrics.map(metricConfig)),
    weighted_metrics: objectives.every(({ weightedMetrics = [] }) => weightedMetrics.length === 0)
      ? null
      : byOutput(({ weightedMetrics = [] }) => weightedMetrics.map(metricConfig)),
    run_eagerly: false,
    steps_per_execution: 1,
    jit_compile: false,
  };
}

function lossConfig(loss: Loss): Json {
  if (loss.className === 'Function' && customObject('losses', loss.name)) return functionConfig(loss.name);
  if (customObject('losses', loss.className)) return ownClassConfig(loss.className, loss.getConfig());
  if (!lossOfClass(loss.className)) throw ownFunction('losses', loss.name);
  const config = { name: snakeCase(loss.className), reduction: 'sum_over_batch_size', ...loss.getConfig() };
  return serialized('keras.losses', loss.className, config);
}

function metricConfig(metric: MetricLike): Json | string {
  if (typeof metric === 'string') {
    const own = customObject('metrics', metric) ?? customObject('losses', metric);
    if (own) return typeof own === 'function' ? functionConfig(metric) : ownClassConfig(metric, {});
    return snakeCase(camelCase(metric));
  }
  const known = nameOfOwn(metric);
  if (known !== undefined) return functionConfig(known);
  if (typeof metric !== 'function' && customObject('metrics', metric.className))
    return ownClassConfig(metric.className, { name: metric.name, ...metric.getConfig?.() });
  const make = typeof metric === 'function' ? undefined : metricOfClass(metric.className);
  if (!make || typeof metric === 'function') throw ownFunction('metrics', metric.name);
  const name = metric.name === make.kind.name ? snakeCase(metric.name) : metric.name;
  return serialized('keras.metrics', metric.className, { name, ...metric.getConfig?.() });
}

/** The name of a registered function that is a metric, or undefined. */
function nameOfOwn(metric: Exclude<MetricLike, string>): string | undefined {
  if (typeof metric === 'function') return nameOfCustom('metrics', metric) ?? nameOfCustom('losses', metric);
  if (metric.className !== 'Function') return undefined;
  return customObject('metrics', metric.name) || customObject('losses', metric.name)
    ? metric.name
    : undefined;
}

const ownFunction = (kind: 'losses' | 'metrics', name: string): UnsupportedError =>
  new UnsupportedError({
    feature: `Saving "${name}" of the ${kind}, a function of your own,`,
    advice: `Register it before, registerCustomObjects({ ${kind}: { ${name}: ... } }), or save with includeOptimizer: false and compile the model again after loading it`,
  });
