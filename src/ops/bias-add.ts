import { ShapeError } from '../errors/index.ts';
import type { Node } from '../graph/node.ts';
import * as e from '../ir/build.ts';
import { elementwise } from './elementwise.ts';

/**
 * Adds one number a channel.
 * @param x shape [..., channels]
 * @param bias shape [channels]
 * @throws {ShapeError} if the bias does not fit
 * @example
 * ops.biasAdd(tensor([[1, 2], [3, 4]]), tensor([10, 20])); // [[11, 22], [13, 24]]
 */
export function biasAdd(x: Node, bias: Node): Node {
  const channels = x.type.shape.at(-1) ?? 1;
  if (bias.type.shape.length !== 1 || bias.type.shape[0] !== channels) {
    throw new ShapeError({ subject: 'the bias', expected: [channels], received: bias.type.shape });
  }
  return elementwise('biasAdd', [x, bias], (a, b) => e.add(a!, b!));
}
