import { spatialExtents } from '../errors/index.ts';
import { computeNode, type Node } from '../graph/node.ts';
import { affine } from '../ir/affine.ts';
import { add, load, mul } from '../ir/build.ts';
import { outputAxes } from '../ir/definition.ts';
import { concatenate } from './concatenate.ts';
import { crop } from './crop.ts';
import { spatialRank } from './window.ts';

/**
 * `size` positions for each one along every spatial dimension, linear between the centres of neighbours (bilinear in
 * two dimensions); beyond the outermost centres the value stays. Output size * i + u stands at i + (u + 1/2) / size -
 * 1/2 of the input. Source: `tf.image.resize` with half-pixel centres, one dimension after another.
 * @param x shape [...spatial, channels]
 * @param options.size a number or one for every spatial dimension
 * @returns shape [...spatial * size, channels]
 * @throws {ShapeError} {InvalidArgumentError}
 * @example
 * ops.upsampleLinear(tensor([[0], [8]]), { size: 2 }); // [[0], [2], [6], [8]]
 */
export function upsampleLinear(x: Node, options: { readonly size: number | readonly number[] }): Node {
  const rank = spatialRank(x.type.shape, 'the input of upsampleLinear');
  return spatialExtents(options.size, rank, 'size').reduce(
    (y, size, dimension) => (size === 1 ? y : alongDimension(y, dimension, size)),
    x,
  );
}

function alongDimension(x: Node, dimension: number, size: number): Node {
  const { shape, batched } = x.type;
  const extent = shape[dimension]!;
  const slice = (before: number): Node =>
    crop(x, {
      cropping: shape.map((_, k) => (k === dimension ? ([before, extent - 1 - before] as const) : [0, 0])),
    });
  // Position i of x is i + 1 here: the outermost values stand once more beside themselves.
  const bordered = concatenate([slice(0), x, slice(extent - 1)], { axis: dimension });
  const names = outputAxes(shape);
  const axes = names.map((name, k) => ({ name, extent: shape[k]! }));
  const indexWith = (own: ReturnType<typeof affine>) =>
    names.map((name, k) => (k === dimension ? own : affine({ [name]: 1 })));
  const pieces = Array.from({ length: size }, (_, u) => {
    const offset = (u + 0.5) / size - 0.5;
    const lower = offset < 0 ? 0 : 1;
    const share = offset < 0 ? offset + 1 : offset;
    const at = (place: number) => load(bordered, indexWith(affine({ [names[dimension]!]: 1 }, place)));
    return {
      axes,
      index: indexWith(affine({ [names[dimension]!]: size }, u)),
      value: share === 0 ? at(lower) : add(mul(at(lower), 1 - share), mul(at(lower + 1), share)),
    };
  });
  const to = shape.map((n, k) => (k === dimension ? n * size : n));
  return computeNode('upsampleLinear', to, { batch: batched ? 'map' : 'none', pieces }, [bordered]);
}
