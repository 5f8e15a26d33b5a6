import type { Node } from '../../graph/node.ts';
import type { TargetKind } from '../losses/loss.ts';
import { optional, type Read, type Rules, readOptions, string, writeOptions } from '../options.ts';
import type { Metric } from './metric.ts';

export interface MetricOptions {
  /** Key in the history. */
  readonly name?: string;
}

export interface MetricKind<R extends Rules> {
  readonly className: string;
  /** Name of the function in `metrics`, and key in the history unless a name is given. */
  readonly name: string;
  readonly target: TargetKind | ((options: Read<R>) => TargetKind);
  /** Options beside the name. */
  readonly options: R;
  perSample(options: Read<R>, target: Node, prediction: Node): Node;
  result?(options: Read<R>, sums: readonly number[], samples: number): number;
}

/** A function that makes metrics, and what kind it makes. */
export type MetricMaker = ((given?: object) => Metric) & { readonly kind: MetricKind<Rules> };

/** The function that makes metrics of one kind. */
export function metricKind<R extends Rules>(kind: MetricKind<R>): (given?: object) => Metric {
  const rules = { name: optional(string, kind.name), ...kind.options };
  const make = (given: object = {}): Metric => {
    const all = readOptions(given, rules, { call: `metrics.${kind.name}` });
    const options = all as unknown as Read<R>;
    const { result } = kind;
    return {
      className: kind.className,
      name: (all as unknown as { name: string }).name,
      target: typeof kind.target === 'function' ? kind.target(options) : kind.target,
      perSample: (target, prediction) => kind.perSample(options, target, prediction),
      ...(result && { result: (sums, samples) => result(options, sums, samples) }),
      getConfig: () => writeOptions(all, kind.options),
    };
  };
  return Object.assign(make, { kind });
}

/** a / b, and 0 where b is 0. */
export const ratio = (a: number, b: number): number => (b === 0 ? 0 : a / b);

export const total = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);
