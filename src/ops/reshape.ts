import { integerArray, ShapeError } from '../errors/index.ts';
import { computeNode, type Node } from '../graph/node.ts';
import { type Affine, affine } from '../ir/affine.ts';
import { load } from '../ir/build.ts';
import type { Axis } from '../ir/definition.ts';
import { elementCount } from '../ir/tensor-type.ts';

/**
 * The same elements in row-major order under another shape (the batch stays).
 * @param shape without the batch; one extent may be -1 and follows from the others
 * @throws {ShapeError} if the counts differ
 * @example
 * ops.reshape(tensor([1, 2, 3, 4, 5, 6]), [2, -1]); // [[1, 2, 3], [4, 5, 6]]
 */
export function reshape(x: Node, shape: readonly number[]): Node {
  const from = x.type.shape;
  integerArray(shape, 'shape', {}, -1);
  const to = completeShape(from, shape);
  const axes = refinement(from, to);
  if (axes) return view(x, to, axes);
  const count = elementCount(from);
  return view(view(x, [count], refinement(from, [count])!), to, refinement([count], to)!);
}

function completeShape(from: readonly number[], shape: readonly number[]): number[] {
  const count = elementCount(from);
  const unknown = shape.indexOf(-1);
  const known = shape.filter((_, k) => k !== unknown);
  const rest = unknown < 0 ? 1 : count / elementCount(known);
  const to = shape.map((extent, k) => (k === unknown ? rest : extent));
  if (!to.every((extent) => Number.isSafeInteger(extent) && extent > 0) || elementCount(to) !== count) {
    throw new ShapeError({
      subject: 'the target shape',
      expected: `${count} elements, as many as [${from.join(', ')}] has`,
      received: shape,
    });
  }
  return to;
}

/**
 * Axes whose products give the dimensions of both shapes, or undefined where the shapes cut the flat index at
 * strides that do not divide one another ([2, 3] and [3, 2]).
 */
function refinement(a: readonly number[], b: readonly number[]): Axis[] | undefined {
  const strides = [...new Set([...cuts(a), ...cuts(b)])].sort((x, y) => y - x);
  const axes: Axis[] = [];
  for (let k = 0; k + 1 < strides.length; k++) {
    const extent = strides[k]! / strides[k + 1]!;
    if (!Number.isInteger(extent)) return undefined;
    axes.push({ name: `a${k}`, extent });
  }
  return axes;
}

/** Row-major strides of the dimensions, and the count of elements. */
function cuts(shape: readonly number[]): number[] {
  const result = [1];
  for (let k = shape.length - 1; k >= 0; k--) result.push(result.at(-1)! * shape[k]!);
  return result;
}

function view(x: Node, to: readonly number[], axes: readonly Axis[]): Node {
  const piece = { axes, index: grouped(to, axes), value: load(x, grouped(x.type.shape, axes)) };
  return computeNode('reshape', to, { batch: x.type.batched ? 'map' : 'none', pieces: [piece] }, [x]);
}

/** The index of every dimension as a mixed-radix form of the axes that it consists of. */
function grouped(shape: readonly number[], axes: readonly Axis[]): Affine[] {
  let next = 0;
  return shape.map((extent) => {
    const members: Axis[] = [];
    for (let product = 1; product < extent; product *= axes[next++]!.extent) members.push(axes[next]!);
    let stride = extent;
    return affine(
      Object.fromEntries(
        members.map((axis) => {
          stride /= axis.extent;
          return [axis.name, stride];
        }),
      ),
    );
  });
}
