import { spatialExtents } from '../errors/index.ts';
import { computeNode, type Node } from '../graph/node.ts';
import { affine } from '../ir/affine.ts';
import { load } from '../ir/build.ts';
import { spatialRank } from './window.ts';

/**
 * Every position `size` times along each spatial dimension (nearest neighbour).
 * @param x shape [...spatial, channels]
 * @param options.size a number or one for every spatial dimension
 * @returns shape [...spatial * size, channels]
 * @throws {ShapeError} {InvalidArgumentError}
 * @example
 * ops.upsample(tensor([[1], [2]]), { size: 2 }); // [[1], [1], [2], [2]]
 */
export function upsample(x: Node, options: { readonly size: number | readonly number[] }): Node {
  const { shape, batched } = x.type;
  const rank = spatialRank(shape, 'the input of upsample');
  const size = spatialExtents(options.size, rank, 'size');
  const spatial = size.flatMap((times, k) => [
    { name: `i${k}`, extent: shape[k]! },
    { name: `u${k}`, extent: times },
  ]);
  const channel = { name: `i${rank}`, extent: shape[rank]! };
  const piece = {
    axes: [...spatial, channel],
    index: [
      ...size.map((times, k) => affine({ [`i${k}`]: times, [`u${k}`]: 1 })),
      affine({ [channel.name]: 1 }),
    ],
    value: load(x, [...size.map((_, k) => `i${k}`), channel.name]),
  };
  const to = [...size.map((times, k) => times * shape[k]!), channel.extent];
  return computeNode('upsample', to, { batch: batched ? 'map' : 'none', pieces: [piece] }, [x]);
}
