import { FormatError, UnsupportedError } from '../errors/index.ts';
import {
  customObject,
  functionConfig,
  functionNameOf,
  howToRegister,
  nameOfCustom,
} from '../nn/custom-objects.ts';
import { getLoss, lossFrom, lossNamed, lossOfClass } from '../nn/losses/get-loss.ts';
import type { Loss } from '../nn/losses/loss.ts';
import { isMetricName, keyOf, metricFrom, metricOfClass } from '../nn/metrics/get-metric.ts';
import type { MetricLike, MetricName } from '../nn/metrics/index.ts';
import { camelCase, snakeCase } from '../nn/naming.ts';
import type { Network } from '../nn/network/network.ts';
import { reasonAgainst } from '../nn/not-offered.ts';
import { optimizerOfClass } from '../nn/optimizers/get-optimizer.ts';
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
      ? ofOwnClass(optimizer.className, optimizer.getConfig())
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
  if (customObject('losses', loss.className)) return ofOwnClass(loss.className, loss.getConfig());
  if (!lossOfClass(loss.className)) throw ownFunction('losses', loss.name);
  const config = { name: snakeCase(loss.className), reduction: 'sum_over_batch_size', ...loss.getConfig() };
  return serialized('keras.losses', loss.className, config);
}

function metricConfig(metric: MetricLike): Json | string {
  if (typeof metric === 'string') return snakeCase(camelCase(metric));
  const known = nameOfOwn(metric);
  if (known !== undefined) return functionConfig(known);
  if (typeof metric !== 'function' && customObject('metrics', metric.className))
    return ofOwnClass(metric.className, { name: metric.name, ...metric.getConfig?.() });
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

/** A registered class, which Keras finds by `registered_name`. */
const ofOwnClass = (className: string, config: Json): Json => ({
  module: 'builtins',
  class_name: className,
  config,
  registered_name: className,
});

const ownFunction = (kind: 'losses' | 'metrics', name: string): UnsupportedError =>
  new UnsupportedError({
    feature: `Saving "${name}" of the ${kind}, a function of your own,`,
    advice: `Register it before, registerCustomObjects({ ${kind}: { ${name}: ... } }), or save with includeOptimizer: false and compile the model again after loading it`,
  });

/** What a model is compiled with, from a Keras config; undefined where the file does not say. */
export interface ReadCompile {
  readonly optimizer: Optimizer;
  readonly objectives: readonly OutputObjective[];
}

const ignoredOfOptimizer = new Set(['name', 'jit_compile', 'is_legacy_optimizer']);

/** Ways to clip, of which 0 means none in Keras. */
const clipping = new Set(['clipnorm', 'clipvalue', 'global_clipnorm']);

/** Values of options of losses that losses have here without such an option; `name` may be any. */
const meant: Readonly<Record<string, { includes(value: unknown): boolean }>> = {
  name: { includes: () => true },
  dtype: [null, 'float32'],
  axis: [-1],
};

/** @throws {FormatError} */
export function compileFromConfig(value: unknown, network: Network, source: string): ReadCompile | undefined {
  const fail = (problem: string, advice?: string): never => {
    throw new FormatError({ source, problem, advice });
  };
  if (typeof value !== 'object' || value === null || !('optimizer' in value)) return undefined;
  const config = value as Json;
  const names = network.outputNames;
  const each = (given: unknown, missing: unknown): unknown[] => {
    if (given === null || given === undefined) return names.map(() => missing);
    if (names.length === 1 && !(isPlain(given) && names[0]! in given)) return [given];
    if (Array.isArray(given)) return names.map((_, k) => given[k] ?? missing);
    return names.map((name) => (given as Json)[name] ?? missing);
  };
  const fittingLosses = each(config.loss, undefined);
  const weights = each(config.loss_weights, 1);
  const metrics = each(config.metrics, []);
  const weightedMetrics = each(config.weighted_metrics, []);
  const objectives = names.map((name, k): OutputObjective => {
    const weight = weights[k];
    return {
      name,
      loss: readLoss(fittingLosses[k], source),
      weight:
        typeof weight === 'number' ? weight : fail(`output "${name}" has a loss weight that is no number`),
      metrics: [metrics[k]].flat().map((metric) => readMetric(metric, fail)),
      weightedMetrics: [weightedMetrics[k]].flat().map((metric) => readMetric(metric, fail)),
    };
  });
  return { optimizer: readOptimizer(config.optimizer, fail), objectives };
}

const isPlain = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !('class_name' in value);

/** Says of a class that it is not known, or why it is not here. */
function unknown(kind: 'loss' | 'metric' | 'optimizer', name: string | undefined): string {
  const reason = name === undefined ? undefined : reasonAgainst(kind, name);
  return reason
    ? `which is not offered: ${reason.charAt(0).toLowerCase()}${reason.slice(1)}`
    : 'which is not known';
}

type Fail = (problem: string, advice?: string) => never;

function readOptimizer(value: unknown, fail: Fail): Optimizer {
  const { class_name: name, config } = (value ?? {}) as { class_name?: string; config?: Json };
  const make = name === undefined ? undefined : optimizerOfClass(name);
  if (!make) {
    const problem = `its optimizer is of class ${JSON.stringify(name)}, ${unknown('optimizer', name)}`;
    return fail(problem, howToRegister('optimizers', name));
  }
  const options = Object.entries(config ?? {}).flatMap(([key, item]) =>
    ignoredOfOptimizer.has(key) || item === null || (item === 0 && clipping.has(key))
      ? []
      : [[camelCase(key), item] as const],
  );
  try {
    return make(Object.fromEntries(options));
  } catch (cause) {
    return fail(cause instanceof Error ? cause.message.replace(/\.$/, '') : String(cause));
  }
}

function readLoss(value: unknown, source: string): Loss {
  const { class_name: name, config } = (value ?? {}) as { class_name?: string; config?: Json };
  try {
    const own = functionNameOf(value) ?? name ?? value;
    const custom = customObject('losses', own);
    if (custom) return lossFrom(String(own), custom, config, 'loss');
    if (typeof own === 'string' && (name === undefined || name === 'function')) {
      if (lossNamed(own)) return getLoss(own);
      const problem = `its loss is "${own}", ${unknown('loss', own)}`;
      throw new FormatError({ source, problem, advice: howToRegister('losses', own) });
    }
    if (name === undefined) return getLoss(value);
    const make = lossOfClass(name);
    if (!make) {
      const problem = `its loss is of class "${name}", ${unknown('loss', name)}`;
      throw new FormatError({ source, problem, advice: howToRegister('losses', name) });
    }
    return make(optionsOfLoss(config ?? {}, make().getConfig()));
  } catch (cause) {
    if (cause instanceof FormatError) throw cause;
    const problem = cause instanceof Error ? cause.message.replace(/\.$/, '') : String(cause);
    throw new FormatError({ source, problem }, { cause });
  }
}

/**
 * Options of a loss from its config. What there is no option for must have the value that is meant without it:
 * the last axis.
 */
function optionsOfLoss(config: Json, known: Json): Json {
  const options: Record<string, unknown> = {};
  for (const [key, item] of Object.entries(config)) {
    if (Object.hasOwn(known, key)) options[camelCase(key)] = item;
    else if (!(key in meant)) options[key] = item;
    else if (!meant[key]!.includes(item)) {
      throw new Error(`its loss has ${key} ${JSON.stringify(item)}, which is not supported`);
    }
  }
  return options;
}

/** Values of options of metrics that metrics have here without such an option. */
const meantByMetrics: Readonly<Record<string, readonly unknown[]>> = {
  axis: [-1],
  sparse_y_pred: [false],
};

function readMetric(value: unknown, fail: Fail): MetricLike {
  const { class_name: name, config } = (value ?? {}) as { class_name?: string; config?: Json | string };
  const own = functionNameOf(value) ?? value;
  if (typeof own === 'string') {
    if (customObject('metrics', own) ?? customObject('losses', own)) return own as MetricName;
    if (isMetricName(own)) return keyOf(own) as MetricName;
    return fail(`it has the metric "${own}", ${unknown('metric', own)}`, howToRegister('metrics', own));
  }
  if (typeof name !== 'string') return fail('it has a metric without a name');
  const custom = customObject('metrics', name);
  if (custom) return metricFrom(name, custom, config, 'metrics');
  const make = metricOfClass(name);
  if (!make)
    return fail(
      `it has a metric of class "${name}", ${unknown('metric', name)}`,
      howToRegister('metrics', name),
    );
  const options: Record<string, unknown> = {};
  for (const [key, item] of Object.entries((config ?? {}) as Json)) {
    const option = camelCase(key);
    if (key === 'dtype') continue;
    if (key === 'name') options.name = item === snakeCase(make.kind.name) ? make.kind.name : item;
    else if (Object.hasOwn(make.kind.options, option)) options[option] = item;
    else if (!meantByMetrics[key]?.includes(item)) {
      fail(`its metric "${name}" has ${key} ${JSON.stringify(item)}, which is not supported`);
    }
  }
  try {
    return make(options);
  } catch (cause) {
    return fail(cause instanceof Error ? cause.message.replace(/\.$/, '') : String(cause));
  }
}
