import { ShapeError } from '../../errors/index.ts';
import * as ops from '../../ops/index.ts';
import type { Initializer } from '../initializers/initializer.ts';
import { number, optional, type Rule, refusal } from '../options.ts';
import { type Layer, type LayerOptions, layerKind, type WeightSpec } from './layer.ts';

export interface RescalingOptions extends LayerOptions {
  /** A number, or one for each channel. */
  readonly scale: number | readonly number[];
  /** A number, or one for each channel. Default 0. */
  readonly offset?: number | readonly number[];
}

type PerChannel = number | readonly number[];

const perChannel: Rule<PerChannel> = {
  read: (value, argument, place) => {
    if (!Array.isArray(value)) return number().read(value, argument, place);
    if (value.length > 0 && value.every((n) => Number.isFinite(n))) return [...value];
    throw refusal(argument, 'a number, or one for each channel', value, place);
  },
  write: (value) => value,
};

const listed = (values: readonly number[]): Initializer => ({
  className: 'Constant',
  config: { value: values },
  values: () => Float32Array.from(values),
});

/** x * scale + offset. Bytes stay bytes up to here. */
export const rescaling: (options: RescalingOptions) => Layer = layerKind({
  className: 'Rescaling',
  keras: { masking: 'passes' },
  options: { scale: perChannel, offset: optional<PerChannel>(perChannel, 0) },
  // One number for each channel is no literal of an expression, so it is kept as state that is not trained.
  weights: ({ scale, offset }, [input]) =>
    Object.entries({ scale, offset }).flatMap(([name, value]): WeightSpec[] => {
      if (typeof value === 'number') return [];
      const shape = [value.length];
      if (value.length !== input!.at(-1)) {
        throw new ShapeError({ subject: name, expected: input!.slice(-1), received: shape });
      }
      return [{ name, shape, initializer: listed(value), trainable: false, internal: true }];
    }),
  call: ({ scale, offset }, [x], scope) => {
    if (typeof scale === 'number' && typeof offset === 'number') return ops.rescale(x!, { scale, offset });
    const scaled =
      typeof scale === 'number' ? ops.rescale(x!, { scale }) : ops.multiply(x!, scope.weight('scale'));
    return typeof offset === 'number'
      ? ops.rescale(scaled, { offset })
      : ops.add(scaled, scope.weight('offset'));
  },
});
