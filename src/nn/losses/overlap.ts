import { ShapeError } from '../../errors/index.ts';
import type { Node } from '../../graph/node.ts';
import * as e from '../../ir/build.ts';
import type { Expression } from '../../ir/expression.ts';
import { PROBABILITY_EPSILON } from '../../ops/cross-entropy.ts';
import { elementwise } from '../../ops/elementwise.ts';
import * as ops from '../../ops/index.ts';
import { nullable, number, optional, type Rule, refusal } from '../options.ts';
import { lossKind, type ReductionOptions } from './define.ts';
import type { Loss } from './loss.ts';

export interface DiceOptions extends ReductionOptions {
  /**
   * Dimensions over which overlaps are summed; the batch counts as 0. Default: all of them, so that the whole batch has
   * one loss. `[1, 2, 3]` gives one for each picture.
   */
  readonly axis?: number | readonly number[] | null;
}

export interface TverskyOptions extends DiceOptions {
  /** Weight of what the target has and the prediction lacks. Default 0.5. */
  readonly alpha?: number;
  /** Weight of what the prediction has and the target lacks. Default 0.5. */
  readonly beta?: number;
}

const dimensions: Rule<readonly number[]> = {
  read: (value, argument, place) => {
    const list: readonly unknown[] = Array.isArray(value) ? value : [value];
    const good = list.length > 0 && list.every(Number.isSafeInteger) && new Set(list).size === list.length;
    if (!good)
      throw refusal(argument, 'different dimensions (whole numbers), the batch as 0, or null', value, place);
    return list as readonly number[];
  },
  write: (value) => value,
};

const axis = nullable(dimensions);

/** The sum over dimensions of a batch, of which the batch itself is number 0: without batch where that is summed. */
function sumOver(axes: readonly number[] | null, x: Node): Node {
  const { shape } = x.type;
  const rank = shape.length + 1;
  const own = (axes ?? Array.from({ length: rank }, (_, k) => k)).map((k) => (k < 0 ? k + rank : k));
  if (own.some((k) => k < 0 || k >= rank)) {
    const expected = `dimensions below ${rank}, the batch included`;
    throw new ShapeError({
      subject: `the prediction of a loss with axis ${axes!.join(', ')}`,
      expected,
      received: shape,
    });
  }
  const inside = own.flatMap((k) => (k > 0 ? [k - 1] : []));
  const sums = inside.length > 0 ? ops.reduceSum(x, { axes: inside }) : x;
  return own.includes(0) ? ops.sumOverBatch(sums) : sums;
}

type Value = (target: Expression, prediction: Expression) => Expression;

/** Sums of values of each target and its prediction over dimensions. */
const sumsOf = (
  axes: readonly number[] | null,
  target: Node,
  prediction: Node,
  values: Readonly<Record<string, Value>>,
): Node[] =>
  Object.entries(values).map(([name, value]) =>
    sumOver(
      axes,
      elementwise(name, [target, prediction], (t, p) => value(t!, p!)),
    ),
  );

/**
 * 1 - 2 sum(t p) / (sum(t) + sum(p) + 1e-7) for targets t and predictions p within 0 to 1 (Dice 1945; Milletari et al.
 * 2016, here with plain sums, as in Keras).
 */
export const dice: (options?: DiceOptions) => Loss = lossKind({
  className: 'Dice',
  name: 'dice',
  target: 'values',
  options: { axis },
  values: (o, target, prediction) =>
    elementwise(
      'dice',
      sumsOf(o.axis, target, prediction, {
        overlap: (t, p) => e.mul(t, p),
        targets: (t) => t,
        predictions: (_, p) => p,
      }),
      (both, t, p) => e.sub(1, e.div(e.mul(both!, 2), e.add(e.add(t!, p!), PROBABILITY_EPSILON))),
    ),
});

/**
 * 1 - s / (s + alpha m + beta w + 1e-7) with s = sum(t p), m = sum(t (1 - p)) and w = sum(p (1 - t)) for targets t and
 * predictions p within 0 to 1 (Salehi et al. 2017, as in Keras, where alpha weighs what is missing). With alpha and beta
 * 0.5 it is `dice`.
 */
export const tversky: (options?: TverskyOptions) => Loss = lossKind({
  className: 'Tversky',
  name: 'tversky',
  target: 'values',
  options: { alpha: optional(number({ min: 0 }), 0.5), beta: optional(number({ min: 0 }), 0.5), axis },
  values: (o, target, prediction) =>
    elementwise(
      'tversky',
      sumsOf(o.axis, target, prediction, {
        overlap: (t, p) => e.mul(t, p),
        missed: (t, p) => e.mul(e.sub(1, p), t),
        wrong: (t, p) => e.mul(p, e.sub(1, t)),
      }),
      (both, missed, wrong) => {
        const all = e.add(e.add(both!, e.mul(missed!, o.alpha)), e.mul(wrong!, o.beta));
        return e.sub(1, e.div(both!, e.add(all, PROBABILITY_EPSILON)));
      },
    ),
});
