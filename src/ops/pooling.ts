import { spatialExtents } from '../errors/index.ts';
import { computeNode, type Node } from '../graph/node.ts';
import { affine } from '../ir/affine.ts';
import { div, indexValue, load, max, maximum, min, mul, sub, sum } from '../ir/build.ts';
import { compute } from '../ir/definition.ts';
import type { Expression } from '../ir/expression.ts';
import { windowAxes } from './convolution.ts';
import { pad } from './pad.ts';
import { slidingWindow, spatialRank, type WindowDimension, type WindowOptions } from './window.ts';

export interface PoolingOptions {
  /** Extents of the window, a number or one for every spatial dimension. Default 2. */
  readonly poolSize?: number | readonly number[];
  /** Default: `poolSize`, so that windows touch and do not overlap. */
  readonly strides?: number | readonly number[];
  /** `same` or `valid`. Default `valid`. */
  readonly padding?: WindowOptions['padding'];
}

function poolingWindow(x: Node, options: PoolingOptions): WindowDimension[] {
  const rank = spatialRank(x.type.shape, 'the input of pooling');
  const poolSize = spatialExtents(options.poolSize ?? 2, rank, 'poolSize');
  return slidingWindow(x.type.shape.slice(0, rank), poolSize, {
    strides: options.strides ?? poolSize,
    padding: options.padding,
  });
}

/**
 * The largest value of each window; of equal values the first, which alone receives the gradient.
 * @param x shape [...spatial, channels]
 * @throws {ShapeError} {InvalidArgumentError}
 * @example
 * ops.maxPool(tensor([[1], [3], [9], [5]]), { poolSize: 2 }); // [[3], [9]]
 */
export function maxPool(x: Node, options: PoolingOptions = {}): Node {
  const dimensions = poolingWindow(x, options);
  const padded = dimensions.some(({ before, after }) => before + after > 0)
    ? pad(x, {
        padding: [...dimensions.map(({ before, after }) => [before, after] as const), [0, 0]],
        value: Number.NEGATIVE_INFINITY,
      })
    : x;
  const { taps, inputIndex } = windowAxes(dimensions.map((dimension) => ({ ...dimension, before: 0 })));
  const shape = [...dimensions.map(({ output }) => output), x.type.shape.at(-1)!];
  const definition = compute(
    x.type.batched ? 'map' : 'none',
    shape,
    (axes) => {
      const element = load(padded, [...inputIndex, axes.at(-1)!]);
      return taps.length === 0
        ? element
        : maximum(
            taps.map((axis) => axis.name),
            element,
          );
    },
    taps,
  );
  return computeNode('maxPool', shape, definition, [padded]);
}

/**
 * The mean of each window. Padded cells are not counted: at the border the divisor is the number of cells inside.
 * @param x shape [...spatial, channels]
 * @throws {ShapeError} {InvalidArgumentError}
 * @example
 * ops.averagePool(tensor([[1], [3], [5], [9]]), { poolSize: 2 }); // [[2], [7]]
 */
export function averagePool(x: Node, options: PoolingOptions = {}): Node {
  const dimensions = poolingWindow(x, options);
  const { taps, inputIndex } = windowAxes(dimensions);
  const shape = [...dimensions.map(({ output }) => output), x.type.shape.at(-1)!];
  const definition = compute(
    x.type.batched ? 'map' : 'none',
    shape,
    (axes) => {
      const element = load(x, [...inputIndex, axes.at(-1)!]);
      if (taps.length === 0) return element;
      return div(
        sum(
          taps.map((axis) => axis.name),
          element,
        ),
        dimensions.map(cellsInside).reduce((product, cells) => mul(product, cells)),
      );
    },
    taps,
  );
  return computeNode('averagePool', shape, definition, [x]);
}

/** Cells of window i that lie in the input: min(first + taps, input) - max(first, 0), first = stride * i - before. */
function cellsInside(
  { input, taps, stride, before, output }: WindowDimension,
  dimension: number,
): Expression {
  const last = stride * (output - 1) - before + taps;
  if (before === 0 && last <= input) return { kind: 'constant', value: taps };
  const first = affine({ [`i${dimension}`]: stride }, -before);
  const end = affine({ [`i${dimension}`]: stride }, taps - before);
  return sub(min(indexValue(end), input), max(indexValue(first), 0));
}

function overPositions(
  name: string,
  x: Node,
  value: (axes: string[], element: Expression, count: number) => Expression,
): Node {
  const rank = spatialRank(x.type.shape, `the input of ${name}`);
  const positions = x.type.shape.slice(0, rank).map((extent, k) => ({ name: `u${k}`, extent }));
  const shape = [x.type.shape[rank]!];
  const names = positions.map((axis) => axis.name);
  const count = positions.reduce((product, axis) => product * axis.extent, 1);
  const definition = compute(
    x.type.batched ? 'map' : 'none',
    shape,
    (axes) => value(names, load(x, [...names, axes[0]!]), count),
    positions,
  );
  return computeNode(name, shape, definition, [x]);
}

/**
 * The mean over all positions.
 * @param x shape [...spatial, channels]
 * @returns shape [channels]
 * @example
 * ops.globalAveragePool(tensor([[1, 10], [3, 30]])); // [2, 20]
 */
export const globalAveragePool = (x: Node): Node =>
  overPositions('globalAveragePool', x, (axes, element, count) => mul(sum(axes, element), 1 / count));

/**
 * The largest value over all positions; of equal ones the first.
 * @param x shape [...spatial, channels]
 * @returns shape [channels]
 * @example
 * ops.globalMaxPool(tensor([[1, 30], [3, 10]])); // [3, 30]
 */
export const globalMaxPool = (x: Node): Node =>
  overPositions('globalMaxPool', x, (axes, element) => maximum(axes, element));
