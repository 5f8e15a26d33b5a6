import { finiteNumber, integerArray, nonNegativeInteger, ShapeError } from '../errors/index.ts';
import { computeNode, type Node } from '../graph/node.ts';
import { affine } from '../ir/affine.ts';
import * as e from '../ir/build.ts';
import { compute } from '../ir/definition.ts';
import { rowMajorStrides } from '../ir/tensor-type.ts';
import { dropoutScale, dropoutThreshold } from '../numerics/dropout.ts';
import { elementwise } from './elementwise.ts';

/**
 * Sets elements to zero with probability `rate` and scales the others by 1 / (1 - rate). The choice depends on
 * the seed, the step, the stream, the sample's place in the batch and the element.
 * @param options.rate at least 0, below 1
 * @param options.stream a number that no other dropout of the model has
 * @param options.noiseShape an extent for each of x, 1 where all elements along it share one choice. Default those of x
 * @throws {InvalidArgumentError} {ShapeError}
 * @example
 * ops.dropout(tensor([1, 1, 1, 1, 1, 1]), { rate: 0.5, stream: 1 }); // [0, 0, 0, 2, 0, 2]
 */
export function dropout(
  x: Node,
  options: { readonly rate: number; readonly stream: number; readonly noiseShape?: readonly number[] },
): Node {
  const rate = finiteNumber(options.rate, 'rate', {}, { min: 0, below: 1 });
  const stream = nonNegativeInteger(options.stream, 'stream');
  const { shape: full, batched } = x.type;
  const shape = integerArray(options.noiseShape ?? full, 'noiseShape', {}, 1);
  if (shape.length !== full.length || shape.some((n, k) => n !== 1 && n !== full[k]))
    throw new ShapeError({ subject: 'noiseShape', expected: full, received: shape });
  if (rate === 0) return x;
  const strides = rowMajorStrides(shape);
  const definition = compute(batched ? 'map' : 'none', shape, (axes) => {
    const element = affine(
      Object.fromEntries(axes.map((axis, k) => [axis, shape[k] === 1 ? 0 : strides[k]!])),
    );
    return e.select(e.ge(e.random(stream, element), dropoutThreshold(rate)), dropoutScale(rate), 0);
  });
  const keep = computeNode('dropoutKeep', shape, definition, [], { stopGradient: true });
  return elementwise('dropout', [x, keep], (a, b) => e.mul(a!, b!));
}
