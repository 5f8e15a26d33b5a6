import { InvalidArgumentError } from '../../errors/index.ts';
import * as ops from '../../ops/index.ts';
import type { Rule } from '../options.ts';
import { type Layer, type LayerOptions, layerKind, type Shape } from './layer.ts';

/** All elements of a sample in one axis. */
export const flatten: (options?: LayerOptions) => Layer = layerKind({
  className: 'Flatten',
  options: {},
  call: (_, [x]) => ops.reshape(x!, [-1]),
});

export interface ReshapeOptions extends LayerOptions {
  /** Shape of a sample; one extent may be -1 and follows from the others. */
  readonly targetShape: Shape;
}

const targetShape: Rule<readonly number[]> = {
  read: (value, argument, place) => {
    const good = Array.isArray(value) && value.every((n) => Number.isSafeInteger(n) && (n > 0 || n === -1));
    if (good && value.filter((n) => n === -1).length <= 1) return [...value];
    const expected = 'an array of positive integers, of which one may be -1';
    throw new InvalidArgumentError({ ...place, argument, expected, received: value });
  },
  write: (value) => value,
};

/** The same elements under another shape. */
export const reshape: (options: ReshapeOptions) => Layer = layerKind({
  className: 'Reshape',
  options: { targetShape },
  call: (o, [x]) => ops.reshape(x!, o.targetShape),
});
