import { InvalidArgumentError, ShapeError, spatialExtents } from '../errors/index.ts';
import { gradients } from '../graph/differentiate.ts';
import { computeNode, input, type Node } from '../graph/node.ts';
import { renumberLoads } from '../graph/rewrite.ts';
import { multiply } from './arithmetic.ts';
import { convolution } from './convolution.ts';
import { reduceSum } from './reduce.ts';
import { slidingWindow, spatialRank } from './window.ts';

export interface ConvolutionTransposeOptions {
  /** Step between the places where the kernel is laid down, a number or one for every spatial dimension. Default 1. */
  readonly strides?: number | readonly number[];
  /** Step between taps, a number or one for every spatial dimension. Default 1. */
  readonly dilation?: number | readonly number[];
  /** `same` or `valid`. Default `valid`. */
  readonly padding?: 'same' | 'valid';
  /** More positions behind, below the stride, one number or one for every spatial dimension. Default: see below. */
  readonly outputPadding?: number | readonly number[] | null;
}

/**
 * The transpose of a convolution: what its gradient by its input computes. With reach r = dilation * (taps - 1) + 1, n
 * positions become `valid`: (n - 1) * stride + max(r, stride), `same`: n * stride; with output padding p (n - 1) *
 * stride + r + p and (n - 1) * stride + r % 2 + p, as in Keras.
 * @param x shape [...spatial, channels]
 * @param kernel shape [...taps, filters, channels]
 * @returns shape [...spatial outputs, filters]
 * @throws {ShapeError} {InvalidArgumentError}
 * @example
 * const kernel = tensor([1, 10], [2, 1, 1]); // 2 taps, 1 filter, 1 channel
 * ops.convolutionTranspose(tensor([[1], [2]]), kernel, { strides: 2 }); // [[1], [10], [2], [20]]
 */
export function convolutionTranspose(x: Node, kernel: Node, options: ConvolutionTransposeOptions = {}): Node {
  const rank = spatialRank(x.type.shape, 'the input of convolutionTranspose');
  const { padding = 'valid', outputPadding } = options;
  const { shape } = kernel.type;
  const channels = x.type.shape[rank]!;
  if (shape.length !== rank + 2 || shape[rank + 1] !== channels) {
    throw new ShapeError({
      subject: 'the kernel',
      expected: `${rank} spatial extents, the filters and ${channels} input channels`,
      received: shape,
    });
  }
  const strides = spatialExtents(options.strides ?? 1, rank, 'strides');
  const dilation = spatialExtents(options.dilation ?? 1, rank, 'dilation');
  const inputs = x.type.shape.slice(0, rank);
  const more = outputPaddings(outputPadding, strides);
  const outputs = inputs.map((extent, k) => {
    const [stride, reach] = [strides[k]!, dilation[k]! * (shape[k]! - 1) + 1];
    const own = more?.[k];
    if (own === undefined)
      return padding === 'same' ? extent * stride : (extent - 1) * stride + Math.max(reach, stride);
    return (extent - 1) * stride + (padding === 'same' ? reach % 2 : reach) + own;
  });
  const bad = outputs.findIndex((extent) => extent < 1);
  if (bad >= 0) {
    const expected = `so much that dimension ${bad} has at least one output`;
    throw new InvalidArgumentError({ argument: 'outputPadding', expected, received: outputPadding });
  }
  const window = slidingWindow(outputs, shape.slice(0, rank), { strides, dilation, padding });
  if (window.some(({ output }, k) => output !== inputs[k])) {
    const expected = 'numbers that a convolution back from the outputs allows';
    throw new InvalidArgumentError({ argument: 'outputPadding', expected, received: outputPadding });
  }
  // A convolution is linear in its input, so its gradient does not depend on this value.
  const batched = x.type.batched || kernel.type.batched;
  const y = input('y', { dtype: 'f32', shape: [...outputs, shape[rank]!], batched });
  const there = convolution(y, kernel, {
    strides,
    dilation,
    padding: window.map(({ before, after }) => [before, after] as const),
  });
  const { definition, inputs: operands, type } = gradients(reduceSum(multiply(there, x)), [y]).get(y)!;
  // Where the gradient reads the objective's derivative by the convolution, that is x.
  const ids = new Map(operands.filter((node) => node !== kernel).map((node) => [node.id, x.id]));
  const pieces = definition!.pieces.map((piece) => ({ ...piece, value: renumberLoads(piece.value, ids) }));
  return computeNode('convolutionTranspose', type.shape, { ...definition!, pieces }, [x, kernel]);
}

function outputPaddings(
  given: ConvolutionTransposeOptions['outputPadding'],
  strides: readonly number[],
): readonly number[] | undefined {
  if (given === undefined || given === null) return undefined;
  const list = typeof given === 'number' ? strides.map(() => given) : given;
  const good =
    Array.isArray(list) &&
    list.length === strides.length &&
    list.every((n, k) => Number.isSafeInteger(n) && n >= 0 && n < strides[k]!);
  if (good) return list;
  const expected = 'whole numbers from 0 and below the stride';
  throw new InvalidArgumentError({ argument: 'outputPadding', expected, received: given });
}
