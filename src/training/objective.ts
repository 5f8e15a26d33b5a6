import { InvalidArgumentError } from '../errors/index.ts';
import type { Dtype } from '../ir/tensor-type.ts';
import type { Loss, TargetKind } from '../nn/losses/index.ts';
import { targetShape } from '../nn/losses/loss.ts';
import { getMetric, type Metric, type MetricLike } from '../nn/metrics/index.ts';
import { weightedResult } from '../nn/metrics/weighted.ts';
import type { Network } from '../nn/network/network.ts';
import type { Result } from './means.ts';

/** Element types and shapes of what is fed, which a graph is built for. */
export interface FeedTypes {
  readonly inputs: readonly Dtype[];
  readonly targets: readonly { readonly dtype: Dtype; readonly shape: readonly number[] }[];
  /** Samples bring weights. */
  readonly weighted: boolean;
}

/** What one output of a network is trained and judged by. */
export interface OutputObjective {
  /** Name of the layer that makes the output. */
  readonly name: string;
  readonly loss: Loss;
  /** Factor of the loss in the total. */
  readonly weight: number;
  readonly metrics: readonly MetricLike[];
  /** Metrics that weigh samples as the loss does. Default none. */
  readonly weightedMetrics?: readonly MetricLike[];
}

/** A metric of an output, its key in logs, and whether it weighs samples. */
export interface JudgedMetric {
  readonly metric: Metric;
  readonly key: string;
  readonly weighted: boolean;
}

/**
 * Metrics of an output, chosen for the shape of the targets (without the batch). One that weighs samples has `weighted`
 * before its name where another has the name, as in Keras.
 */
export function metricsOf(
  objective: OutputObjective,
  prediction: readonly number[],
  target: readonly number[],
): JudgedMetric[] {
  const keys = new Set(['loss']);
  const chosen = (argument: string, given: readonly MetricLike[]): JudgedMetric[] =>
    given.map((like) => {
      const weighted = argument === 'weightedMetrics';
      const metric = getMetric(like, prediction, target, { call: 'compile' }, argument);
      const key = weighted && keys.has(metric.name) ? weightedName(metric.name) : metric.name;
      const fail = (expected: string): never => {
        throw new InvalidArgumentError({ call: 'compile', argument, expected, received: metric.name });
      };
      if (keys.has(key)) fail('metrics with names of their own (option name)');
      keys.add(key);
      if (!accepts(metric.target, objective.loss.target))
        fail(
          `metrics of ${wanted[objective.loss.target]}, which the loss ${objective.loss.name} has as targets`,
        );
      return { metric, key, weighted };
    });
  return [
    ...chosen('metrics', objective.metrics),
    ...chosen('weightedMetrics', objective.weightedMetrics ?? []),
  ];
}

/** `accuracy` -> `weightedAccuracy`. */
const weightedName = (name: string): string => `weighted${name.charAt(0).toUpperCase()}${name.slice(1)}`;

/** How the metrics that are no means over samples follow from sums, by their keys in logs. */
export function resultsOf(
  network: Network,
  objectives: readonly OutputObjective[],
  { targets, weighted: hasWeights }: Pick<FeedTypes, 'targets' | 'weighted'>,
): ReadonlyMap<string, Result> {
  const results = new Map<string, Result>();
  for (const [k, objective] of objectives.entries()) {
    for (const { metric, key, weighted } of metricsOf(
      objective,
      network.outputs[k]!.shape,
      targets[k]!.shape,
    )) {
      if (!metric.result) continue;
      const own: Result = (...sums) => metric.result!(...sums);
      results.set(logKey(network, objective, key), weighted && hasWeights ? weightedResult(own) : own);
    }
  }
  return results;
}

const wanted: { readonly [K in TargetKind]: string } = {
  classes: 'classes (whole numbers)',
  values: 'values in the shape of the prediction',
  probabilities: 'values in the shape of the prediction',
};

const accepts = (metric: TargetKind, loss: TargetKind): boolean =>
  (metric === 'classes') === (loss === 'classes');

/** Name of a value of an output in logs: `loss`, or `digit_loss` where there are several outputs. */
export const logKey = (network: Network, objective: OutputObjective, name: string): string =>
  network.outputs.length > 1 ? `${objective.name}_${name}` : name;

/** Shape of the targets of output k in the graph. */
export const targetShapeOf = (network: Network, objective: OutputObjective, k: number): readonly number[] =>
  targetShape(objective.loss.target, network.outputs[k]!.shape);
