import type { Node } from '../../graph/node.ts';
import * as e from '../../ir/build.ts';
import { elementwise } from '../../ops/elementwise.ts';
import * as ops from '../../ops/index.ts';
import type { LayerScope } from './layer.ts';

const either = (a: Node, b: Node): Node => ops.maximum(a, b);

/** One tensor where a mask counts, another where it does not. */
const where = (mask: Node, x: Node, otherwise: Node): Node =>
  elementwise('where', [ops.reshape(mask, [...mask.type.shape, 1]), x, otherwise], (m, a, b) =>
    e.select(e.ne(m!, 0), a!, b!),
  );

/** A tensor where a mask counts, and a number elsewhere. */
const whereElse = (mask: Node, x: Node, value: number): Node =>
  elementwise('where', [ops.reshape(mask, [...mask.type.shape, 1]), x], (m, a) =>
    e.select(e.ne(m!, 0), a!, value),
  );

/**
 * The mask of tensors that are merged element by element: a position counts where it does in any of them. It ends where
 * one of them has none, as in Keras.
 */
export function mergeMasks(inputs: readonly Node[], scope: LayerScope): Node | undefined {
  const masks = inputs.flatMap((_, k) => scope.mask(k) ?? []);
  if (masks.length < inputs.length) return undefined;
  const merged = masks.reduce(either);
  scope.setMask(merged);
  return merged;
}

/** A product in which only positions that count take part: 1 stands for others, and 0 where none counts. */
export function maskedProduct(inputs: readonly Node[], scope: LayerScope): Node {
  const factors = inputs.map((x, k) => {
    const mask = scope.mask(k);
    return mask ? whereElse(mask, x, 1) : x;
  });
  const product = factors.reduce((a, b) => ops.multiply(a, b));
  const merged = mergeMasks(inputs, scope);
  return merged ? whereElse(merged, product, 0) : product;
}

/**
 * The largest (or smallest) of tensors, in which only positions that count take part, from left to right: where one of
 * two does not count the other is taken, and a tensor without a mask counts.
 */
export function maskedChoice(
  inputs: readonly Node[],
  choose: (a: Node, b: Node) => Node,
  scope: LayerScope,
): Node {
  let chosen = inputs[0]!;
  let counts = scope.mask(0);
  for (const [k, given] of inputs.slice(1).entries()) {
    const mask = scope.mask(k + 1);
    const x = mask ? where(mask, given, chosen) : given;
    if (counts) chosen = where(counts, chosen, x);
    counts = counts && mask ? either(counts, mask) : undefined;
    chosen = choose(chosen, x);
  }
  if (counts) scope.setMask(counts);
  return chosen;
}

/** 1 at every position of a tensor: no number equals the value that is none. */
const everywhere = (x: Node): Node => ops.anyDiffers(x, { value: Number.NaN });

/**
 * The mask of tensors that are joined along an axis (of the shape without the batch, not negative). Along the channels a
 * position counts where it does in any of them. A tensor without a mask counts everywhere.
 */
export function joinMasks(inputs: readonly Node[], axis: number, scope: LayerScope): void {
  if (inputs.every((_, k) => !scope.mask(k))) return;
  const masks = inputs.map((x, k) => scope.mask(k) ?? everywhere(x));
  const isChannels = axis === inputs[0]!.type.shape.length - 1;
  scope.setMask(isChannels ? masks.reduce(either) : ops.concatenate(masks, { axis }));
}
