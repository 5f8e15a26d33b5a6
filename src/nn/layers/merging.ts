import { ShapeError } from '../../errors/index.ts';
import type { Node } from '../../graph/node.ts';
import * as ops from '../../ops/index.ts';
import { axisRule } from '../axis-rule.ts';
import { optional } from '../options.ts';
import { type Layer, type LayerOptions, type LayerScope, layerKind } from './layer.ts';
import { joinMasks, maskedChoice, maskedProduct, mergeMasks } from './merge-masks.ts';

type Make = (options?: LayerOptions) => Layer;

const merging = (
  className: string,
  call: (inputs: readonly Node[], scope: LayerScope) => Node,
  inputs: 'two' | 'many' = 'many',
): Make => layerKind({ className, inputs, options: {}, call: (_, all, scope) => call(all, scope) });

function total(inputs: readonly Node[], scope: LayerScope): Node {
  mergeMasks(inputs, scope);
  return inputs.reduce((sum, x) => ops.add(sum, x));
}

/** The sum of two or more tensors; shapes broadcast. */
export const add: Make = merging('Add', total);

/** The product of two or more tensors; shapes broadcast. What a mask leaves out takes no part. */
export const multiply: Make = merging('Multiply', maskedProduct);

/** The first of two tensors less the second; shapes broadcast. */
export const subtract: Make = merging(
  'Subtract',
  (inputs, scope) => {
    mergeMasks(inputs, scope);
    return ops.subtract(inputs[0]!, inputs[1]!);
  },
  'two',
);

/** The mean of two or more tensors; shapes broadcast. */
export const average: Make = merging('Average', (inputs, scope) =>
  ops.rescale(total(inputs, scope), { scale: 1 / inputs.length }),
);

/** The largest of two or more tensors, element by element; shapes broadcast. What a mask leaves out takes no part. */
export const maximum: Make = merging('Maximum', (inputs, scope) => maskedChoice(inputs, ops.maximum, scope));

/** The smallest of two or more tensors, element by element; shapes broadcast. What a mask leaves out takes no part. */
export const minimum: Make = merging('Minimum', (inputs, scope) => maskedChoice(inputs, ops.minimum, scope));

export interface ConcatenateOptions extends LayerOptions {
  /** Counted as in Keras with the batch as axis 0, which cannot be joined; or negative from the end. Default -1. */
  readonly axis?: number;
}

/** Tensors one after another along an axis. */
export const concatenate: (options?: ConcatenateOptions) => Layer = layerKind({
  className: 'Concatenate',
  inputs: 'many',
  options: { axis: optional(axisRule, -1) },
  call: ({ axis }, inputs, scope) => {
    const { shape } = inputs[0]!.type;
    if (axis > shape.length || axis < -shape.length) {
      const expected = `a shape with an axis ${axis}`;
      throw new ShapeError({ subject: 'the first input', expected, received: [null, ...shape] });
    }
    const own = axis > 0 ? axis - 1 : axis + shape.length;
    joinMasks(inputs, own, scope);
    return ops.concatenate(inputs, { axis: own });
  },
});
