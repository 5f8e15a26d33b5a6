import { InvalidArgumentError, positiveInteger, ShapeError } from '../errors/index.ts';
import { computeNode, type Node } from '../graph/node.ts';
import { affine, axisIndex } from '../ir/affine.ts';
import { type IndexOperand, load, mul, sum } from '../ir/build.ts';
import type { Axis } from '../ir/definition.ts';
import { slidingWindow, spatialRank, type WindowDimension, type WindowOptions } from './window.ts';

export interface ConvolutionOptions extends WindowOptions {
  /** Input channels are cut into as many groups, each seen by its share of the filters. Default 1. */
  readonly groups?: number;
}

/**
 * Convolution (cross-correlation, as in Keras) over one to three spatial dimensions.
 * y[i, o] = sum over taps u and channels c of x[stride * i + dilation * u - before, c] * kernel[u, c, o].
 * @param x shape [...spatial, channels]
 * @param kernel shape [...taps, channels / groups, filters]
 * @returns shape [...spatial outputs, filters]
 * @throws {ShapeError} {InvalidArgumentError}
 * @example
 * const kernel = tensor([1, -1], [2, 1, 1]); // 2 taps, 1 channel, 1 filter
 * ops.convolution(tensor([[1], [4], [9]]), kernel); // [[-3], [-5]]
 */
export function convolution(x: Node, kernel: Node, options: ConvolutionOptions = {}): Node {
  const rank = spatialRank(x.type.shape, 'the input of convolution');
  const groups = positiveInteger(options.groups ?? 1, 'groups');
  const channels = x.type.shape[rank]!;
  const filters = kernel.type.shape.at(-1)!;
  if (channels % groups !== 0 || filters % groups !== 0) {
    throw new InvalidArgumentError({
      argument: 'groups',
      expected: `a divisor of ${channels} channels and ${filters} filters`,
      received: groups,
    });
  }
  const perGroup = channels / groups;
  if (kernel.type.shape.length !== rank + 2 || kernel.type.shape[rank] !== perGroup) {
    throw new ShapeError({
      subject: 'the kernel',
      expected: `${rank} spatial extents, ${perGroup} input channels and the filters`,
      received: kernel.type.shape,
    });
  }
  const dimensions = slidingWindow(x.type.shape.slice(0, rank), kernel.type.shape.slice(0, rank), options);
  const { axes, taps, inputIndex, kernelIndex } = windowAxes(dimensions);
  const channel: Axis[] = perGroup > 1 ? [{ name: 'c', extent: perGroup }] : [];
  const inGroup: IndexOperand = perGroup > 1 ? 'c' : 0;
  const filtersPerGroup = filters / groups;
  const filterAxes: Axis[] = [
    ...(groups > 1 ? [{ name: 'g', extent: groups }] : []),
    ...(filtersPerGroup > 1 || groups === 1 ? [{ name: 'o', extent: filtersPerGroup }] : []),
  ];
  const filter = affine({
    ...(groups > 1 ? { g: filtersPerGroup } : {}),
    ...(filtersPerGroup > 1 || groups === 1 ? { o: 1 } : {}),
  });
  const inputChannel = groups > 1 ? affine({ g: perGroup, ...(perGroup > 1 ? { c: 1 } : {}) }) : inGroup;
  const product = mul(
    load(x, [...inputIndex, inputChannel]),
    load(kernel, [...kernelIndex, inGroup, filter]),
  );
  const reduced = [...taps, ...channel];
  const piece = {
    axes: [...axes, ...filterAxes, ...reduced],
    index: [...axes.map((axis) => axisIndex(axis.name)), filter],
    value:
      reduced.length === 0
        ? product
        : sum(
            reduced.map((axis) => axis.name),
            product,
          ),
  };
  return computeNode(
    'convolution',
    [...dimensions.map((dimension) => dimension.output), filters],
    { batch: x.type.batched || kernel.type.batched ? 'map' : 'none', pieces: [piece] },
    [x, kernel],
  );
}

/** Output and tap axes of a window and where they read; a dimension of one tap has no tap axis. @internal */
export function windowAxes(dimensions: readonly WindowDimension[]): {
  axes: Axis[];
  taps: Axis[];
  inputIndex: IndexOperand[];
  kernelIndex: IndexOperand[];
} {
  return {
    axes: dimensions.map(({ output }, k) => ({ name: `i${k}`, extent: output })),
    taps: dimensions.flatMap(({ taps }, k) => (taps > 1 ? [{ name: `u${k}`, extent: taps }] : [])),
    inputIndex: dimensions.map(({ taps, stride, dilation, before }, k) =>
      affine({ [`i${k}`]: stride, ...(taps > 1 ? { [`u${k}`]: dilation } : {}) }, -before),
    ),
    kernelIndex: dimensions.map(({ taps }, k) => (taps > 1 ? `u${k}` : 0)),
  };
}
