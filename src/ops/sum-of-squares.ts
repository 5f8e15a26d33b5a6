import { computeNode, type Node } from '../graph/node.ts';
import { affine } from '../ir/affine.ts';
import * as e from '../ir/build.ts';
import { compute } from '../ir/definition.ts';
import { elementCount } from '../ir/tensor-type.ts';
import { concatenate } from './concatenate.ts';
import { reshape } from './reshape.ts';

/** Elements of one tensor that are summed together, as the bit contract has it for sums over parameters. */
const BLOCK = 4096;
const ACCUMULATORS = 8;
/** Extent from which a sum with few outputs runs as eight accumulators. */
const SHORTEST = 16;

/**
 * Extent of the sum over an end of a tensor, which reads zeros beyond it: long enough for eight accumulators, and
 * longer than the end, so that a flattened tensor is not walked along its own dimensions instead.
 */
const padded = (count: number): number =>
  Math.max(SHORTEST, ACCUMULATORS * (Math.floor(count / ACCUMULATORS) + 1));

/**
 * Sum of the squares of all elements of tensors without batch: each tensor is cut into blocks of 4,096 elements,
 * each block is summed with eight accumulators, and the blocks of all tensors are joined in one binary tree,
 * neighbours first.
 * @returns shape []
 */
export function sumOfSquares(tensors: readonly Node[]): Node {
  const blocks = tensors.flatMap(blocksOf);
  let level = blocks.length === 1 ? blocks[0]! : concatenate(blocks, { axis: 0 });
  while (level.type.shape[0]! > 1) level = pairs(level);
  return reshape(level, []);
}

function blocksOf(tensor: Node): Node[] {
  const count = elementCount(tensor.type.shape);
  const flat = reshape(tensor, [count]);
  if (count <= BLOCK) return [squares(flat, 1, padded(count), 0)];
  const whole = Math.floor(count / BLOCK);
  const rest = count - whole * BLOCK;
  return [
    squares(flat, whole, BLOCK, 0),
    ...(rest > 0 ? [squares(flat, 1, padded(rest), whole * BLOCK)] : []),
  ];
}

/** Shape [blocks, 1]: the short last dimension is what gives each sum its eight accumulators. */
function squares(flat: Node, blocks: number, extent: number, offset: number): Node {
  const shape = [blocks, 1];
  const definition = compute(
    'none',
    shape,
    ([block]) => {
      const element = e.load(flat, [affine({ [block!]: BLOCK, r: 1 }, offset)]);
      return e.sum(['r'], e.mul(element, element));
    },
    [{ name: 'r', extent }],
  );
  return computeNode('sumOfSquares', shape, definition, [flat]);
}

/** Sums of neighbours; an odd last one meets the zero that is read outside. */
function pairs(level: Node): Node {
  const shape = [Math.ceil(level.type.shape[0]! / 2), 1];
  const definition = compute('none', shape, ([k]) =>
    e.add(e.load(level, [affine({ [k!]: 2 }), 0]), e.load(level, [affine({ [k!]: 2 }, 1), 0])),
  );
  return computeNode('sumOfBlocks', shape, definition, [level]);
}
