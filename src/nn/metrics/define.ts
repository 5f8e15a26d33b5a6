import type { Node } from '../../graph/node.ts';
import { sampleMean } from '../losses/define.ts';
import type { TargetKind } from '../losses/loss.ts';
import { optional, type Read, type Rules, readOptions, string, writeOptions } from '../options.ts';
import type { Metric, MetricResult } from './metric.ts';

export interface MetricOptions {
  /** Key in the history. Default: the name of the metric. */
  readonly name?: string;
}

interface CommonKind<R extends Rules> {
  readonly className: string;
  /** Name of the function in `metrics`, and key in the history unless a name is given. */
  readonly name: string;
  readonly target: TargetKind | ((options: Read<R>) => TargetKind);
  /** Options beside the name. */
  readonly options: R;
  /** Throws an InvalidArgumentError for options that do not go together. */
  check?(options: Read<R>): void;
}

/** A metric that is the mean of its values, at elements or positions. */
interface MeanKind<R extends Rules> extends CommonKind<R> {
  values(options: Read<R>, target: Node, prediction: Node): Node;
}

/** A metric that follows from sums over samples, or is a mean that no mask changes. */
interface SumKind<R extends Rules> extends CommonKind<R> {
  perSample(options: Read<R>, target: Node, prediction: Node): Node;
  result?(options: Read<R>, sums: readonly number[], weight: number, samples: number): MetricResult;
}

export type MetricKind<R extends Rules> = MeanKind<R> | SumKind<R>;

/** A function that makes metrics, and what kind it makes. */
export type MetricMaker = ((given?: object) => Metric) & { readonly kind: MetricKind<Rules> };

/** The function that makes metrics of one kind. */
export function metricKind<R extends Rules>(kind: MetricKind<R>): (given?: object) => Metric {
  const rules = { name: optional(string, kind.name), ...kind.options };
  const make = (given: object = {}): Metric => {
    const all = readOptions(given, rules, { call: `metrics.${kind.name}` });
    const options = all as unknown as Read<R>;
    kind.check?.(options);
    return {
      className: kind.className,
      name: (all as unknown as { name: string }).name,
      target: typeof kind.target === 'function' ? kind.target(options) : kind.target,
      ...('values' in kind ? meansOf(kind, options) : sumsOf(kind, options)),
      getConfig: () => writeOptions(all, kind.options),
    };
  };
  return Object.assign(make, { kind });
}

function meansOf<R extends Rules>(kind: MeanKind<R>, options: Read<R>): Pick<Metric, 'values' | 'perSample'> {
  const values = (target: Node, prediction: Node): Node => kind.values(options, target, prediction);
  return { values, perSample: (target, prediction) => sampleMean(values(target, prediction)) };
}

function sumsOf<R extends Rules>(kind: SumKind<R>, options: Read<R>): Pick<Metric, 'perSample' | 'result'> {
  const { result } = kind;
  return {
    perSample: (target, prediction) => kind.perSample(options, target, prediction),
    ...(result && { result: (sums, weight, samples) => result(options, sums, weight, samples) }),
  };
}

/** Values by their places: `0`, `1`, ... */
export const numbered = (values: readonly number[]): MetricResult =>
  values.map((value, k) => [String(k), value]);

/** a / b, and 0 where b is 0. */
export const ratio = (a: number, b: number): number => (b === 0 ? 0 : a / b);

export const total = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);
