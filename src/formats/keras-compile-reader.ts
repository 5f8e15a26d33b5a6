import { FormatError } from '../errors/index.ts';
import { customObject, functionNameOf, howToRegister } from '../nn/custom-objects.ts';
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
function unknown(kind: 'loss' | 'metric' | 'optimizer', name: string): string {
  const reason = reasonAgainst(kind, name);
  return reason
    ? `which is not offered: ${reason.charAt(0).toLowerCase()}${reason.slice(1)}`
    : 'which is not known';
}

type Fail = (problem: string, advice?: string) => never;

/** What an object of Keras is made from; undefined for values that name no class. */
function serializedOf(value: unknown): { readonly name: string; readonly config: Json } | undefined {
  const { class_name: name, config } = Object(value) as { class_name?: unknown; config?: unknown };
  return typeof name === 'string' ? { name, config: Object(config ?? {}) } : undefined;
}

const sentence = (cause: unknown): string =>
  cause instanceof Error ? cause.message.replace(/\.$/, '') : String(cause);

function readOptimizer(value: unknown, fail: Fail): Optimizer {
  const { name, config } =
    serializedOf(value) ?? fail(`it has the optimizer ${JSON.stringify(value)}, which names no class`);
  const make = optimizerOfClass(name);
  if (!make) {
    const problem = `its optimizer is of class "${name}", ${unknown('optimizer', name)}`;
    return fail(problem, howToRegister('optimizers', name));
  }
  const options = Object.entries(config).flatMap(([key, item]) =>
    ignoredOfOptimizer.has(key) || item === null || (item === 0 && clipping.has(key))
      ? []
      : [[camelCase(key), item] as const],
  );
  try {
    return make(Object.fromEntries(options));
  } catch (cause) {
    return fail(sentence(cause));
  }
}

function readLoss(value: unknown, source: string): Loss {
  const { name, config = {} } = serializedOf(value) ?? {};
  const own = functionNameOf(value) ?? name ?? value;
  const refuse = (problem: string, advice?: string): never => {
    throw new FormatError({ source, problem, advice });
  };
  if (typeof own !== 'string') return refuse(`it has the loss ${JSON.stringify(own)}, which names none`);
  try {
    const custom = customObject('losses', own);
    if (custom) return lossFrom(own, custom, config, 'loss');
    if (name === undefined || name === 'function') {
      if (lossNamed(own)) return getLoss(own);
      return refuse(`its loss is "${own}", ${unknown('loss', own)}`, howToRegister('losses', own));
    }
    const make = lossOfClass(name);
    if (!make) {
      const problem = `its loss is of class "${name}", ${unknown('loss', name)}`;
      return refuse(problem, howToRegister('losses', name));
    }
    return make(optionsOfLoss(config, make().getConfig()));
  } catch (cause) {
    if (cause instanceof FormatError) throw cause;
    throw new FormatError({ source, problem: sentence(cause) }, { cause });
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
    else if (!Object.hasOwn(meant, key)) options[key] = item;
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
  const { name, config = {} } = serializedOf(value) ?? {};
  const own = functionNameOf(value) ?? value;
  if (typeof own === 'string') {
    if (customObject('metrics', own) ?? customObject('losses', own)) return own as MetricName;
    if (isMetricName(own)) return keyOf(own) as MetricName;
    return fail(`it has the metric "${own}", ${unknown('metric', own)}`, howToRegister('metrics', own));
  }
  if (name === undefined) return fail('it has a metric without a name');
  const custom = customObject('metrics', name);
  if (custom) return metricFrom(name, custom, config, 'metrics');
  const make = metricOfClass(name);
  if (!make)
    return fail(
      `it has a metric of class "${name}", ${unknown('metric', name)}`,
      howToRegister('metrics', name),
    );
  const options: Record<string, unknown> = {};
  for (const [key, item] of Object.entries(config)) {
    const option = camelCase(key);
    if (key === 'dtype') continue;
    if (key === 'name') options.name = item === snakeCase(make.kind.name) ? make.kind.name : item;
    else if (Object.hasOwn(make.kind.options, option)) options[option] = item;
    else if (!(Object.hasOwn(meantByMetrics, key) && meantByMetrics[key]!.includes(item))) {
      fail(`its metric "${name}" has ${key} ${JSON.stringify(item)}, which is not supported`);
    }
  }
  try {
    return make(options);
  } catch (cause) {
    return fail(sentence(cause));
  }
}
