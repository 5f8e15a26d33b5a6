import type { Node } from '../../graph/node.ts';
import { reduceMean } from '../../ops/index.ts';
import { type Read, type Rules, readOptions, writeOptions } from '../options.ts';
import { dimensionOf } from './axis.ts';
import type { Loss, TargetKind } from './loss.ts';
import { forEachSample, type Reduction, reductionOption } from './reduction.ts';

export type { ReductionOptions } from './reduction.ts';

/**
 * The function that makes losses of one kind. `values` gives losses of elements or positions of a sample, or without
 * batch those of the whole batch.
 */
export function lossKind<R extends Rules>(kind: {
  readonly className: string;
  readonly name: string;
  readonly target: TargetKind;
  readonly options: R;
  values(options: Read<R>, target: Node, prediction: Node): Node;
  /** Where values are of single elements: the axis along which Keras takes their mean before it reduces them. */
  meanAxis?(options: Read<R>): number;
  /** A class of the target whose positions do not count. */
  ignoredClass?(options: Read<R>): number | null;
}): (given?: object) => Loss {
  const rules = { ...kind.options, reduction: reductionOption };
  return (given = {}) => {
    const all = readOptions(given, rules, { call: `losses.${kind.name}` });
    const options = all as unknown as Read<R>;
    const elements = (target: Node, prediction: Node): Node => kind.values(options, target, prediction);
    const axis = kind.meanAxis?.(options);
    return {
      className: kind.className,
      name: kind.name,
      target: kind.target,
      reduction: (all as unknown as { readonly reduction: Reduction }).reduction,
      ignoredClass: kind.ignoredClass?.(options) ?? null,
      values: (target, prediction) => meanAlong(axis, elements(target, prediction)),
      perSample: (target, prediction) => {
        const mean = sampleMean(elements(target, prediction));
        return mean.type.batched ? mean : forEachSample(mean);
      },
      getConfig: () => writeOptions(all, rules),
    };
  };
}

const meanAlong = (axis: number | undefined, x: Node): Node =>
  axis === undefined || x.type.shape.length === 0 ? x : reduceMean(x, { axes: [dimensionOf(axis, x)] });

/** The mean of all elements of a sample: shape []. */
export const sampleMean = (node: Node): Node => (node.type.shape.length === 0 ? node : reduceMean(node));
