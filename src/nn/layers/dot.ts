import { ShapeError } from '../../errors/index.ts';
import * as ops from '../../ops/index.ts';
import { axisRule } from '../axis-rule.ts';
import { boolean, optional, type Rule, refusal } from '../options.ts';
import { type Layer, type LayerOptions, layerKind } from './layer.ts';

/** One axis for both inputs, or one for each, counted with the batch as axis 0, or negative from the end. */
export type DotAxes = number | readonly [number, number];

export interface DotLayerOptions extends LayerOptions {
  /** What is multiplied and summed: equal extents, none of them the batch. */
  readonly axes: DotAxes;
  /** Divides both inputs by their lengths along these axes first: cosines. Default false. */
  readonly normalize?: boolean;
}

const axesRule: Rule<DotAxes> = {
  read: (value, argument, place) => {
    const list: unknown[] = Array.isArray(value) ? value : [value];
    if (Array.isArray(value) && list.length !== 2) {
      throw refusal(argument, 'an axis, or one for each of two inputs', value, place);
    }
    const [a, b] = list.map((axis) => axisRule.read(axis, argument, place));
    return b === undefined ? a! : [a!, b];
  },
  write: (value) => value,
};

/** Products of two tensors, sample by sample, summed along an axis of each. */
export const dot: (options: DotLayerOptions) => Layer = layerKind({
  className: 'Dot',
  inputs: 'two',
  options: { axes: axesRule, normalize: optional(boolean, false) },
  call: ({ axes: given, normalize }, inputs) => {
    const [p, q] = [given, given].map((axes, k) => {
      const axis = typeof axes === 'number' ? axes : axes[k]!;
      const { shape } = inputs[k]!.type;
      const own = axis < 0 ? axis + shape.length : axis - 1;
      if (own >= 0 && own < shape.length) return own;
      const expected = `a shape with an axis ${axis} that is not the batch`;
      throw new ShapeError({ subject: `input ${k}`, expected, received: [null, ...shape] });
    }) as [number, number];
    const [a, b] = inputs.map((x, k) =>
      normalize ? ops.unitNormalization(x, { axes: [k === 0 ? p : q] }) : x,
    ) as [(typeof inputs)[0], (typeof inputs)[0]];
    const y = ops.dot(a, b, { axes: [p, q] });
    return y.type.shape.length === 0 ? ops.reshape(y, [1]) : y;
  },
});
