import type { Node } from '../../graph/node.ts';
import * as e from '../../ir/build.ts';
import { elementwise } from '../../ops/elementwise.ts';
import * as ops from '../../ops/index.ts';
import { sampleMean } from '../losses/define.ts';
import { number, optional, readOptions, string } from '../options.ts';
import type { Metric } from './metric.ts';

export interface MetricOptions {
  /** Key in the history. */
  readonly name?: string;
}

const nameOf = (given: object, fallback: string): string =>
  readOptions(given, { name: optional(string, fallback) }, { call: `metrics.${fallback}` }).name;

const share = (hits: Node): Node => sampleMean(hits);

/** Share of positions whose largest prediction is the class of the target (a whole number). */
export function sparseCategoricalAccuracy(options: MetricOptions = {}): Metric {
  return {
    className: 'SparseCategoricalAccuracy',
    name: nameOf(options, 'sparseCategoricalAccuracy'),
    target: 'classes',
    perSample: (target, prediction) => share(ops.equal(ops.argMax(prediction), target)),
  };
}

/** Share of positions where prediction and target (one-hot or probabilities) are largest at the same class. */
export function categoricalAccuracy(options: MetricOptions = {}): Metric {
  return {
    className: 'CategoricalAccuracy',
    name: nameOf(options, 'categoricalAccuracy'),
    target: 'values',
    perSample: (target, prediction) => share(ops.equal(ops.argMax(prediction), ops.argMax(target))),
  };
}

/** Share of elements where the prediction is above the threshold (default 0.5) exactly where the target is 1. */
export function binaryAccuracy(options: MetricOptions & { readonly threshold?: number } = {}): Metric {
  const rules = { name: optional(string, 'binaryAccuracy'), threshold: optional(number(), 0.5) };
  const { name, threshold } = readOptions(options, rules, { call: 'metrics.binaryAccuracy' });
  return {
    className: 'BinaryAccuracy',
    name,
    target: 'values',
    perSample: (target, prediction) =>
      share(
        elementwise(
          'binaryAccuracy',
          [target, prediction],
          (t, p) => e.select(e.eq(e.select(e.gt(p!, threshold), 1, 0), t!), 1, 0),
          { stopGradient: true },
        ),
      ),
  };
}

/**
 * The accuracy that fits shapes without the batch, as Keras chooses it: binary where the prediction ends in one
 * unit, sparse where the target has fewer axes or ends in one, else categorical.
 */
export function accuracyFor(prediction: readonly number[], target: readonly number[]): Metric {
  const name = 'accuracy';
  if (prediction.at(-1) === 1) return binaryAccuracy({ name });
  const sparse = target.length < prediction.length || target.at(-1) === 1;
  return sparse ? sparseCategoricalAccuracy({ name }) : categoricalAccuracy({ name });
}
