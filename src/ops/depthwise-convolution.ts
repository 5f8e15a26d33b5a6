import { ShapeError } from '../errors/index.ts';
import { computeNode, type Node } from '../graph/node.ts';
import { affine, axisIndex } from '../ir/affine.ts';
import { load, mul, sum } from '../ir/build.ts';
import type { Axis } from '../ir/definition.ts';
import { windowAxes } from './convolution.ts';
import { slidingWindow, spatialRank, type WindowOptions } from './window.ts';

/**
 * Convolution of every channel by itself, over one to three spatial dimensions.
 * y[i, c * multiplier + m] = sum over taps u of x[stride * i + dilation * u - before, c] * kernel[u, c, m].
 * @param x shape [...spatial, channels]
 * @param kernel shape [...taps, channels, multiplier]
 * @returns shape [...spatial outputs, channels * multiplier]
 * @throws {ShapeError} {InvalidArgumentError}
 * @example
 * const kernel = tensor([[1, 0], [0, 1]], [2, 2, 1]); // 2 taps, 2 channels, multiplier 1
 * ops.depthwiseConvolution(tensor([[1, 10], [2, 20], [3, 30]]), kernel); // [[1, 20], [2, 30]]
 */
export function depthwiseConvolution(x: Node, kernel: Node, options: WindowOptions = {}): Node {
  const rank = spatialRank(x.type.shape, 'the input of depthwise convolution');
  const channels = x.type.shape[rank]!;
  if (kernel.type.shape.length !== rank + 2 || kernel.type.shape[rank] !== channels) {
    throw new ShapeError({
      subject: 'the kernel',
      expected: `${rank} spatial extents, ${channels} channels and the multiplier`,
      received: kernel.type.shape,
    });
  }
  const multiplier = kernel.type.shape[rank + 1]!;
  const dimensions = slidingWindow(x.type.shape.slice(0, rank), kernel.type.shape.slice(0, rank), options);
  const { axes, taps, inputIndex, kernelIndex } = windowAxes(dimensions);
  const channelAxes: Axis[] = [
    { name: 'c', extent: channels },
    ...(multiplier > 1 ? [{ name: 'm', extent: multiplier }] : []),
  ];
  const product = mul(
    load(x, [...inputIndex, 'c']),
    load(kernel, [...kernelIndex, 'c', multiplier > 1 ? 'm' : 0]),
  );
  const piece = {
    axes: [...axes, ...channelAxes, ...taps],
    index: [
      ...axes.map((axis) => axisIndex(axis.name)),
      multiplier > 1 ? affine({ c: multiplier, m: 1 }) : axisIndex('c'),
    ],
    value:
      taps.length === 0
        ? product
        : sum(
            taps.map((axis) => axis.name),
            product,
          ),
  };
  return computeNode(
    'depthwiseConvolution',
    [...dimensions.map((dimension) => dimension.output), channels * multiplier],
    { batch: x.type.batched || kernel.type.batched ? 'map' : 'none', pieces: [piece] },
    [x, kernel],
  );
}
