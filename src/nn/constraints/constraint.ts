import type { Node } from '../../graph/node.ts';
import * as e from '../../ir/build.ts';
import type { Expression } from '../../ir/expression.ts';
import { elementwise } from '../../ops/elementwise.ts';
import * as ops from '../../ops/index.ts';
import type { OfClass } from '../by-class.ts';
import {
  integer,
  optional,
  type Read,
  type Rule,
  type Rules,
  readOptions,
  refusal,
  writeOptions,
} from '../options.ts';

/** What a weight is made to obey after every step of the optimiser. */
export interface Constraint extends OfClass {
  /** The weight that obeys, from the one that the optimiser gave. */
  apply(weight: Node): Node;
}

/** The function that makes constraints of one kind. */
export const constraintKind =
  <R extends Rules>(
    className: string,
    call: string,
    rules: R,
    apply: (options: Read<R>, weight: Node) => Node,
  ): ((given?: object) => Constraint) =>
  (given = {}) => {
    const options = readOptions(given, rules, { call: `constraints.${call}` });
    return { className, config: writeOptions(options, rules), apply: (weight) => apply(options, weight) };
  };

/** Axes along which norms are taken, one or several, negative from the end. Default 0. */
export type NormAxes = number | readonly number[];

const one = integer(-8, 8);
const axes: Rule<NormAxes> = {
  read: (value, argument, place) => {
    if (!Array.isArray(value)) return one.read(value, argument, place);
    if (value.length > 0 && new Set(value).size === value.length)
      return value.map((axis) => one.read(axis, argument, place));
    throw refusal(argument, 'an axis or an array of different ones', value, place);
  },
  write: (value) => value,
};
export const normAxes: Rule<NormAxes> = optional<NormAxes>(axes, 0);

/** Keras's `epsilon()`, which keeps a norm away from 0. */
export const EPSILON = 1e-7;

/** The weight times what `scale` makes of its Euclidean norms along axes. */
export function scaledByNorm(weight: Node, axis: NormAxes, scale: (norm: Expression) => Expression): Node {
  const { shape } = weight.type;
  const list = [axis].flat() as number[];
  for (const own of list) {
    if (own < shape.length && own >= -shape.length) continue;
    throw refusal('axis', `axes of a weight of shape [${shape.join(', ')}]`, axis, {});
  }
  const chosen = list.map((own) => (own < 0 ? own + shape.length : own));
  const squares = ops.reshape(
    ops.reduceSum(ops.square(weight), { axes: chosen }),
    shape.map((extent, k) => (chosen.includes(k) ? 1 : extent)),
  );
  return elementwise('constraint', [weight, squares], (w, square) => e.mul(w!, scale(e.sqrt(square!))));
}
