import { UnsupportedError } from '../../errors/index.ts';
import { computeNode, type Node } from '../../graph/node.ts';
import * as e from '../../ir/build.ts';
import { compute } from '../../ir/definition.ts';
import { elementwise } from '../../ops/elementwise.ts';
import * as ops from '../../ops/index.ts';
import { choice, optional, type Rule } from '../options.ts';
import type { Loss } from './loss.ts';
import { otherPositions, positionsOf } from './masked.ts';

/**
 * How the losses of a batch become one number: their sum; their mean (`sum_over_batch_size` and `mean` are the same);
 * the sum of weighted losses over the sum of weights; or not at all, which nothing can be trained with.
 */
export type Reduction = 'sum_over_batch_size' | 'mean' | 'sum' | 'mean_with_sample_weight' | 'none';

export interface ReductionOptions {
  /**
   * `sum_over_batch_size` or `mean`: the mean over samples and positions; `sum`: their sum; `mean_with_sample_weight`:
   * the sum over that of the weights; `none`: refused by `compile`. Default `sum_over_batch_size`.
   */
  readonly reduction?: Reduction;
}

const names = choice<Reduction>(['sum_over_batch_size', 'mean', 'sum', 'mean_with_sample_weight', 'none']);

/** The option `reduction`; null means `none`, as in Keras. */
export const reductionOption: Rule<Reduction> = optional(
  { ...names, read: (value, argument, place) => names.read(value ?? 'none', argument, place) },
  'sum_over_batch_size',
);

const sum = (x: Node): Node => (x.type.shape.length === 0 ? x : ops.reduceSum(x));
const mean = (x: Node): Node => (x.type.shape.length === 0 ? x : ops.reduceMean(x));

/** A number of the whole batch for each of its samples. */
export const forEachSample = (x: Node): Node =>
  computeNode(
    'ofBatch',
    [],
    compute('map', [], () => e.load(x, [])),
    [x],
  );

/** The positions that count: those of a mask of the prediction, of the target's class, or both. */
function countedOf(loss: Loss, target: Node, mask: Node | undefined): Node | undefined {
  const { ignoredClass = null } = loss;
  if (ignoredClass === null) return mask;
  const others = otherPositions(ignoredClass, target);
  if (!mask) return others;
  const rest = others.type.shape.slice(mask.type.shape.length).map(() => 1);
  return ops.multiply(others, ops.reshape(mask, [...mask.type.shape, ...rest]));
}

/** The sum over the samples and positions of a batch: shape [], without batch. */
function totalOf(x: Node): Node {
  const axes = x.type.shape.map((extent, k) => ({ name: `u${k}`, extent }));
  const names = axes.map(({ name }) => name);
  const load = e.load(x, names);
  const definition = compute('reduce', [], () => (names.length > 0 ? e.sum(names, load) : load), axes);
  return computeNode('total', [], definition, [x], { stopGradient: true });
}

/** The weights of positions that count; undefined where there are neither weights nor positions to leave out. */
const weightsOf = (counted: Node | undefined, weight: Node | undefined): Node | undefined =>
  counted && weight ? ops.multiply(counted, weight) : (counted ?? weight);

/** What the losses of a batch are reduced with. */
export interface BatchContext {
  /** 1 / samples of the batch, shape []. */
  readonly inverseBatch: Node;
  /** 1 where a position counts, else 0: the leading dimensions of the prediction. Default: all count. */
  readonly mask?: Node | undefined;
  /** The weight of each sample, shape []. Default 1. */
  readonly weight?: Node | undefined;
}

/**
 * What each sample adds to the loss of a batch, such that the mean over the batch is what Keras's `reduction` gives
 * (where a weighted, masked or summed loss has values by position, they are joined as `reduce_weighted_values` does).
 * Shape [].
 * @throws {UnsupportedError} for a mask where the loss gives a number a sample or a batch alone
 */
export function lossOfSamples(
  loss: Loss,
  target: Node,
  prediction: Node,
  { inverseBatch, mask, weight }: BatchContext,
): Node {
  const reduction = loss.reduction ?? 'sum_over_batch_size';
  const isSum = reduction === 'sum';
  const values = loss.values?.(target, prediction) ?? loss.perSample(target, prediction);
  const weighted = (x: Node): Node => (weight ? ops.multiply(x, weight) : x);
  const timesBatch = (x: Node): Node => elementwise('timesBatch', [x, inverseBatch], (a, n) => e.div(a!, n!));
  const counted = countedOf(loss, target, mask);
  if (counted && (!loss.values || !values.type.batched)) {
    throw new UnsupportedError({
      feature: `The loss "${loss.name}", which has no values of positions, for an output with a mask`,
      advice: 'Give it a function `values`, or end the mask before the output',
    });
  }
  if (!values.type.batched) {
    const own = forEachSample(isSum ? sum(values) : mean(values));
    if (reduction === 'mean_with_sample_weight' || !weight) return own;
    return isSum ? timesBatch(weighted(own)) : weighted(own);
  }
  const left = counted && ops.multiply(positionsOf(values, counted), counted);
  if (isSum) return timesBatch(weighted(sum(left ?? values)));
  const bySample = left ? sum(left) : loss.perSample(target, prediction);
  const divisor = reduction === 'mean_with_sample_weight' ? weightsOf(counted, weight) : counted;
  if (!divisor) return weighted(bySample);
  const share = elementwise('shareOfPosition', [totalOf(divisor), inverseBatch], (all, n) =>
    e.select(e.ne(all!, 0), e.div(1, e.mul(all!, n!)), 0),
  );
  return ops.multiply(weighted(bySample), share);
}
