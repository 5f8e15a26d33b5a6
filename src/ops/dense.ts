import { ShapeError } from '../errors/index.ts';
import { computeNode, type Node } from '../graph/node.ts';
import { load, mul, sum } from '../ir/build.ts';
import { compute } from '../ir/definition.ts';

/**
 * Contracts the last dimension: y[..., o] = sum over k of x[..., k] * kernel[k, o].
 * @param x shape [..., features]
 * @param kernel shape [features, units]
 * @returns shape [..., units]
 * @throws {ShapeError}
 * @example
 * ops.dense(tensor([1, 2]), tensor([[1, 0, 3], [0, 1, 4]])); // [1, 2, 11]
 */
export function dense(x: Node, kernel: Node): Node {
  const features = x.type.shape.at(-1);
  if (features === undefined) {
    throw new ShapeError({
      subject: 'the input',
      expected: 'at least one dimension',
      received: x.type.shape,
    });
  }
  const [rows, units] = kernel.type.shape;
  if (kernel.type.shape.length !== 2 || rows !== features) {
    throw new ShapeError({
      subject: 'the kernel',
      expected: `[${features}, units]`,
      received: kernel.type.shape,
    });
  }
  const shape = [...x.type.shape.slice(0, -1), units!];
  const definition = compute(
    x.type.batched || kernel.type.batched ? 'map' : 'none',
    shape,
    (axes) => sum(['k'], mul(load(x, [...axes.slice(0, -1), 'k']), load(kernel, ['k', axes.at(-1)!]))),
    [{ name: 'k', extent: features }],
  );
  return computeNode('dense', shape, definition, [x, kernel]);
}
