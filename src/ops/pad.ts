import { InvalidArgumentError, isCountPair } from '../errors/index.ts';
import { computeNode, type Node } from '../graph/node.ts';
import { affine } from '../ir/affine.ts';
import { load } from '../ir/build.ts';
import { outputAxes } from '../ir/definition.ts';

/**
 * Puts a border of a constant around a tensor.
 * @param options.padding [before, after] for every dimension (the batch is none)
 * @param options.value default 0
 * @throws {InvalidArgumentError}
 * @example
 * ops.pad(tensor([1, 2]), { padding: [[1, 2]], value: 9 }); // [9, 1, 2, 9, 9]
 */
export function pad(
  x: Node,
  options: {
    readonly padding: readonly (readonly [before: number, after: number])[];
    readonly value?: number;
  },
): Node {
  const { padding, value = 0 } = options;
  const { shape, batched } = x.type;
  const good = Array.isArray(padding) && padding.length === shape.length && padding.every(isCountPair);
  if (!good) {
    throw new InvalidArgumentError({
      argument: 'padding',
      expected: `[before, after] for each of ${shape.length} dimensions`,
      received: padding,
    });
  }
  if (typeof value !== 'number')
    throw new InvalidArgumentError({ argument: 'value', expected: 'a number', received: value });
  const names = outputAxes(shape);
  const piece = {
    axes: names.map((name, k) => ({ name, extent: shape[k]! })),
    index: names.map((name, k) => affine({ [name]: 1 }, padding[k]![0])),
    value: load(x, names),
  };
  const padded = shape.map((extent, k) => padding[k]![0] + extent + padding[k]![1]);
  return computeNode(
    'pad',
    padded,
    { batch: batched ? 'map' : 'none', pieces: [piece], fill: Math.fround(value) },
    [x],
  );
}
