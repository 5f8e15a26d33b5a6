import { InvalidArgumentError, ShapeError } from '../../errors/index.ts';
import * as ops from '../../ops/index.ts';
import { integer, optional } from '../options.ts';
import { type Layer, type LayerOptions, layerKind } from './layer.ts';

type Make = (options?: LayerOptions) => Layer;

/** The sum of two or more tensors; shapes broadcast. */
export const add: Make = layerKind({
  className: 'Add',
  keras: { masking: 'refuses' },
  inputs: 'many',
  options: {},
  call: (_, inputs) => inputs.reduce((sum, x) => ops.add(sum, x)),
});

/** The product of two or more tensors; shapes broadcast. */
export const multiply: Make = layerKind({
  className: 'Multiply',
  keras: { masking: 'refuses' },
  inputs: 'many',
  options: {},
  call: (_, inputs) => inputs.reduce((product, x) => ops.multiply(product, x)),
});

/** The first of two tensors less the second; shapes broadcast. */
export const subtract: Make = layerKind({
  className: 'Subtract',
  keras: { masking: 'refuses' },
  inputs: 'two',
  options: {},
  call: (_, [a, b]) => ops.subtract(a!, b!),
});

/** The mean of two or more tensors; shapes broadcast. */
export const average: Make = layerKind({
  className: 'Average',
  keras: { masking: 'refuses' },
  inputs: 'many',
  options: {},
  call: (_, inputs) =>
    ops.rescale(
      inputs.reduce((sum, x) => ops.add(sum, x)),
      { scale: 1 / inputs.length },
    ),
});

/** The largest of two or more tensors, element by element; shapes broadcast. */
export const maximum: Make = layerKind({
  className: 'Maximum',
  keras: { masking: 'refuses' },
  inputs: 'many',
  options: {},
  call: (_, inputs) => inputs.reduce((largest, x) => ops.maximum(largest, x)),
});

/** The smallest of two or more tensors, element by element; shapes broadcast. */
export const minimum: Make = layerKind({
  className: 'Minimum',
  keras: { masking: 'refuses' },
  inputs: 'many',
  options: {},
  call: (_, inputs) => inputs.reduce((smallest, x) => ops.minimum(smallest, x)),
});

export interface ConcatenateOptions extends LayerOptions {
  /** Counted as in Keras with the batch as axis 0, which cannot be joined; or negative from the end. Default -1. */
  readonly axis?: number;
}

/** Tensors one after another along an axis. */
export const concatenate: (options?: ConcatenateOptions) => Layer = layerKind({
  className: 'Concatenate',
  keras: { masking: 'refuses' },
  inputs: 'many',
  options: { axis: optional(integer(-8, 8), -1) },
  check: ({ axis }) => {
    if (axis !== 0) return;
    const expected = 'an axis other than 0, which is the batch';
    throw new InvalidArgumentError({ argument: 'axis', expected, received: axis });
  },
  call: ({ axis }, inputs) => {
    const { shape } = inputs[0]!.type;
    if (axis > shape.length || axis < -shape.length) {
      const expected = `a shape with an axis ${axis}`;
      throw new ShapeError({ subject: 'the first input', expected, received: [null, ...shape] });
    }
    return ops.concatenate(inputs, { axis: axis > 0 ? axis - 1 : axis });
  },
});
