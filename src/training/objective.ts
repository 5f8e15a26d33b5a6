import { InvalidArgumentError } from '../errors/index.ts';
import type { Loss, TargetKind } from '../nn/losses/index.ts';
import { targetShape } from '../nn/losses/loss.ts';
import { getMetric, type Metric, type MetricLike } from '../nn/metrics/index.ts';
import type { Network } from '../nn/network/network.ts';
import type { Result } from './means.ts';

/** What one output of a network is trained and judged by. */
export interface OutputObjective {
  /** Name of the layer that makes the output. */
  readonly name: string;
  readonly loss: Loss;
  /** Factor of the loss in the total. */
  readonly weight: number;
  readonly metrics: readonly MetricLike[];
}

/** Metrics of an output, chosen for the shape of the targets (without the batch). */
export function metricsOf(
  objective: OutputObjective,
  prediction: readonly number[],
  target: readonly number[],
): Metric[] {
  const names = new Set<string>();
  return objective.metrics.map((given) => {
    const metric = getMetric(given, prediction, target, { call: 'compile' });
    if (names.has(metric.name) || metric.name === 'loss') {
      const expected = 'metrics with names of their own (option name)';
      throw new InvalidArgumentError({
        call: 'compile',
        argument: 'metrics',
        expected,
        received: metric.name,
      });
    }
    names.add(metric.name);
    if (accepts(metric.target, objective.loss.target)) return metric;
    throw new InvalidArgumentError({
      call: 'compile',
      argument: 'metrics',
      expected: `metrics of ${wanted[objective.loss.target]}, which the loss ${objective.loss.name} has as targets`,
      received: metric.name,
    });
  });
}

/** How the metrics that are no means over samples follow from sums, by their keys in logs. */
export function resultsOf(
  network: Network,
  objectives: readonly OutputObjective[],
  targets: readonly { readonly shape: readonly number[] }[],
): ReadonlyMap<string, Result> {
  const results = new Map<string, Result>();
  for (const [k, objective] of objectives.entries()) {
    for (const metric of metricsOf(objective, network.outputs[k]!.shape, targets[k]!.shape)) {
      const { result } = metric;
      if (result) results.set(logKey(network, objective, metric.name), (...sums) => result(...sums));
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
