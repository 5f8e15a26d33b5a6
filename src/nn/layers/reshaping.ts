import { InvalidArgumentError, ShapeError } from '../../errors/index.ts';
import * as ops from '../../ops/index.ts';
import { positive, type Rule } from '../options.ts';
import type { DataFormat } from './data-format.ts';
import { type Layer, type LayerOptions, layerKind, type Shape } from './layer.ts';

export interface FlattenOptions extends LayerOptions {
  /** Default `channelsLast`. */
  readonly dataFormat?: DataFormat;
}

/** All elements of a sample in one axis. */
export const flatten: (options?: FlattenOptions) => Layer = layerKind({
  className: 'Flatten',
  keras: { dataFormat: true },
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

export interface PermuteOptions extends LayerOptions {
  /** The axis of the input that stands at each place, counted from 1 (the batch, 0, stays first): each one once. */
  readonly dims: readonly number[];
}

const dims: Rule<readonly number[]> = {
  read: (value, argument, place) => {
    const good = Array.isArray(value) && value.length > 0 && value.every((_, k) => value.includes(k + 1));
    if (good) return [...value];
    const expected = 'the numbers from 1 on, each once, in an array';
    throw new InvalidArgumentError({ ...place, argument, expected, received: value });
  },
  write: (value) => value,
};

/** The axes of a sample in another order. */
export const permute: (options: PermuteOptions) => Layer = layerKind({
  className: 'Permute',
  options: { dims },
  call: (o, [x]) => {
    const { shape } = x!.type;
    if (shape.length !== o.dims.length) {
      const expected = `${o.dims.length + 1} dimensions, the batch and those of dims`;
      throw new ShapeError({ subject: 'the input', expected, received: [null, ...shape] });
    }
    return ops.permute(
      x!,
      o.dims.map((axis) => axis - 1),
    );
  },
});

export interface RepeatVectorOptions extends LayerOptions {
  /** Length of the output. */
  readonly n: number;
}

/** [batch, features] as [batch, n, features]: the same vector at every position. */
export const repeatVector: (options: RepeatVectorOptions) => Layer = layerKind({
  className: 'RepeatVector',
  inputRank: [1, '[batch, features]'],
  options: { n: positive },
  call: ({ n }, [x]) => ops.broadcastTo(x!, [n, ...x!.type.shape]),
});
