import { finiteNumber, InvalidArgumentError, knownOptions } from '../errors/index.ts';
import { getLoss, type LossLike } from '../nn/losses/index.ts';
import type { MetricLike } from '../nn/metrics/index.ts';
import { type Network, weightsOf } from '../nn/network/network.ts';
import { getOptimizer, type OptimizerLike } from '../nn/optimizers/index.ts';
import { metricsOf, type OutputObjective, targetShapeOf } from '../training/objective.ts';
import { OptimizerState } from '../training/optimizer-state.ts';
import type { Compilation, Trainer } from '../training/trainer.ts';

/** One value for each output: the only one, all by position, or all by name of the layer. */
export type PerOutput<T> = T | readonly T[] | Readonly<Record<string, T>>;

export interface CompileOptions {
  /** Default `rmsprop`, as in Keras. */
  readonly optimizer?: OptimizerLike;
  readonly loss: PerOutput<LossLike>;
  /** Metrics of the output, or lists of them for several outputs by position or by name. Default none. */
  readonly metrics?:
    | readonly MetricLike[]
    | readonly (readonly MetricLike[])[]
    | Readonly<Record<string, MetricLike | readonly MetricLike[]>>;
  /**
   * Metrics as those of `metrics` that weigh samples as the loss does, with `sampleWeight` and `classWeight`. One of the
   * same name as another is reported as `weightedAccuracy`. Default none.
   */
  readonly weightedMetrics?: CompileOptions['metrics'];
  /** Factors of the losses of several outputs. Default 1, also of an output that is not named. */
  readonly lossWeights?: PerOutput<number>;
}

const call = 'compile';

/** @throws {InvalidArgumentError} */
export function readCompileOptions(network: Network, options: CompileOptions): Compilation {
  knownOptions(options, ['optimizer', 'loss', 'metrics', 'weightedMetrics', 'lossWeights'], { call });
  const names = network.outputNames;
  const losses = eachOutput(options.loss, names, 'loss');
  const weights = eachOutput(options.lossWeights ?? {}, names, 'lossWeights').map((weight) => weight ?? 1);
  const metrics = metricsByOutput(options.metrics ?? [], names, 'metrics');
  const weightedMetrics = metricsByOutput(options.weightedMetrics ?? [], names, 'weightedMetrics');
  const objectives = names.map(
    (name, k): OutputObjective => ({
      name,
      loss: getLoss(losses[k], 'loss', { call }),
      weight: finiteNumber(weights[k], 'lossWeights', { call }, { min: 0 }),
      metrics: metrics[k]!,
      weightedMetrics: weightedMetrics[k]!,
    }),
  );
  for (const [k, objective] of objectives.entries()) {
    const { loss } = objective;
    if (loss.reduction === 'none') {
      const expected = 'a loss that gives one number (reduction sum or a mean)';
      throw new InvalidArgumentError({ call, argument: 'loss', expected, received: `${loss.name} (none)` });
    }
    if (loss.target === 'classes' && network.outputs[k]!.shape.length === 0) {
      const expected = `a loss that fits an output of shape []`;
      throw new InvalidArgumentError({ call, argument: 'loss', expected, received: loss.name });
    }
    metricsOf(objective, network.outputs[k]!.shape, targetShapeOf(network, objective, k));
  }
  const trained = weightsOf(network).filter((weight) => weight.trainable);
  const optimizer = getOptimizer(options.optimizer ?? 'rmsprop', { call });
  return { objectives, optimizer: new OptimizerState(optimizer, trained) };
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;

/** A loss, metric or optimiser is an object too: it has functions. */
const isByName = (value: unknown): value is Readonly<Record<string, unknown>> =>
  isRecord(value) && !Object.values(value).some((item) => typeof item === 'function' && 'perSample' in value);

function eachOutput(value: unknown, names: readonly string[], argument: string): unknown[] {
  const list = Array.isArray(value) ? value : isByName(value) ? byName(value, names, argument) : undefined;
  if (list === undefined && names.length === 1) return [value];
  if (list?.length === names.length) return list;
  const expected = `one for each of the outputs ${names.map((name) => `"${name}"`).join(', ')}`;
  throw new InvalidArgumentError({ call, argument, expected, received: value });
}

function byName(
  value: Readonly<Record<string, unknown>>,
  names: readonly string[],
  argument: string,
): unknown[] {
  knownOptions(value, names, { call: `compile (${argument})` });
  return names.map((name) => value[name]);
}

function metricsByOutput(
  value: unknown,
  names: readonly string[],
  argument: string,
): (readonly MetricLike[])[] {
  const lists = (items: readonly unknown[]): (readonly MetricLike[])[] =>
    items.map(
      (item) => (item === undefined ? [] : Array.isArray(item) ? item : [item]) as readonly MetricLike[],
    );
  if (isByName(value)) return lists(byName(value, names, argument));
  if (Array.isArray(value)) {
    if (value.length === names.length && value.every((item) => Array.isArray(item))) return lists(value);
    if (names.length === 1 || value.length === 0) return names.map(() => value as MetricLike[]);
    if (value.length === names.length) return lists(value);
  }
  const expected =
    names.length === 1 ? 'an array of metrics' : 'metrics for each output, by position or by name';
  throw new InvalidArgumentError({ call, argument, expected, received: value });
}

/**
 * What a model was compiled for.
 * @throws {InvalidArgumentError} if it was not
 */
export function compilationOf(
  model: { readonly name: string; readonly trainer: Trainer },
  call: string,
): Compilation {
  const { compilation } = model.trainer;
  if (compilation) return compilation;
  const expected = 'a compiled model (call compile first)';
  throw new InvalidArgumentError({ call, argument: 'model', expected, received: model.name });
}
