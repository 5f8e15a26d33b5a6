import { ShapeError } from '../errors/index.ts';
import type { Node } from '../graph/node.ts';
import { computeNode } from '../graph/node.ts';
import * as e from '../ir/build.ts';
import { compute } from '../ir/definition.ts';
import { elementCount } from '../ir/tensor-type.ts';
import { elementwise } from './elementwise.ts';
import { recordLogits } from './logits.ts';

/** Parts of a softmax over the last dimension: x - max, its exponentials, and their sum. @internal */
export interface SoftmaxParts {
  /** Shape of x. */
  readonly shifted: Node;
  /** Shape of x. */
  readonly exponentials: Node;
  /** Shape of x without its last dimension. */
  readonly total: Node;
}

/** @throws {ShapeError} if x has no dimension @internal */
export function softmaxParts(x: Node): SoftmaxParts {
  const { shape, batched } = x.type;
  const outer = shape.slice(0, -1);
  const classes = shape.at(-1);
  if (classes === undefined || elementCount(shape) === 0) {
    throw new ShapeError({
      subject: 'the input of softmax',
      expected: 'at least one dimension',
      received: shape,
    });
  }
  const batch = batched ? 'map' : 'none';
  const along = [{ name: 'r', extent: classes }];
  const rows = compute(batch, outer, (axes) => e.maximum(['r'], e.load(x, [...axes, 'r'])), along);
  // The shift cancels, so the gradient need not pass through it.
  const largest = computeNode('softmaxMax', outer, rows, [x], { stopGradient: true });
  const shifted = computeNode(
    'softmaxShift',
    shape,
    compute(batch, shape, (axes) => e.sub(e.load(x, axes), e.load(largest, axes.slice(0, -1)))),
    [x, largest],
  );
  const exponentials = elementwise('softmaxExp', [shifted], (a) => e.exp(a!));
  const sums = compute(batch, outer, (axes) => e.sum(['r'], e.load(exponentials, [...axes, 'r'])), along);
  return { shifted, exponentials, total: computeNode('softmaxSum', outer, sums, [exponentials]) };
}

/**
 * exp(x) / sum(exp(x)) along the last dimension.
 * @example
 * ops.softmax(tensor([0, 1])); // [0.2689, 0.7311]
 */
export function softmax(x: Node): Node {
  const { exponentials, total } = softmaxParts(x);
  const { shape, batched } = x.type;
  const definition = compute(batched ? 'map' : 'none', shape, (axes) =>
    e.div(e.load(exponentials, axes), e.load(total, axes.slice(0, -1))),
  );
  const result = computeNode('softmax', shape, definition, [exponentials, total]);
  recordLogits('softmax', result, x);
  return result;
}

/**
 * x - log(sum(exp(x))) along the last dimension.
 * @example
 * ops.logSoftmax(tensor([0, 1])); // [-1.313, -0.3133]
 */
export function logSoftmax(x: Node): Node {
  const { shifted, total } = softmaxParts(x);
  const { shape, batched } = x.type;
  const logTotal = elementwise('softmaxLog', [total], (a) => e.log(a!));
  const definition = compute(batched ? 'map' : 'none', shape, (axes) =>
    e.sub(e.load(shifted, axes), e.load(logTotal, axes.slice(0, -1))),
  );
  return computeNode('logSoftmax', shape, definition, [shifted, logTotal]);
}
