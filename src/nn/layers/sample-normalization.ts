import { ShapeError } from '../../errors/index.ts';
import * as ops from '../../ops/index.ts';
import { axisRule } from '../axis-rule.ts';
import { ones, zeros } from '../initializers/constants.ts';
import { boolean, number, optional, type Read, type Rule, refusal } from '../options.ts';
import { type Layer, type LayerOptions, layerKind, type Shape, type WeightSpec } from './layer.ts';
import { type WeightOptions, weightOf, weightRules } from './weight-options.ts';

/** An axis counted with the batch as axis 0, or negative from the end; or several. */
export type Axes = number | readonly number[];

export interface LayerNormalizationOptions
  extends LayerOptions,
    WeightOptions<'beta'>,
    WeightOptions<'gamma'> {
  /** What is normalised together: one axis or several, none of them the batch (0). Default -1. */
  readonly axis?: Axes;
  /** Added to the variance. Default 0.001. */
  readonly epsilon?: number;
  /** Adds beta. Default true. */
  readonly center?: boolean;
  /** Multiplies by gamma. Default true. */
  readonly scale?: boolean;
}

export interface GroupNormalizationOptions extends Omit<LayerNormalizationOptions, 'axis'> {
  /** Groups of neighbouring channels, or -1 for one group a channel. Default 32. */
  readonly groups?: number;
  /** The axis of the channels, counted with the batch; it must be the last. Default -1. */
  readonly axis?: number;
}

export interface RmsNormalizationOptions extends LayerOptions {
  /** What is normalised together: one axis or several, none of them the batch (0). Default -1. */
  readonly axis?: Axes;
  /** Added to the mean square. Default 1e-6. */
  readonly epsilon?: number;
}

export interface UnitNormalizationOptions extends LayerOptions {
  /** What is normalised together: one axis or several, none of them the batch (0). Default -1. */
  readonly axis?: Axes;
}

const isAxis = (value: unknown): value is number => Number.isSafeInteger(value) && value !== 0;

const axes: Rule<Axes> = {
  read: (value, argument, place) => {
    if (isAxis(value)) return value;
    const good = Array.isArray(value) && value.length > 0 && value.every(isAxis);
    if (good && new Set(value).size === value.length) return [...(value as number[])];
    throw refusal(argument, 'an axis other than 0, which is the batch, or different ones', value, place);
  },
  write: (value) => value,
};

/** Dimensions of a sample that the axes name, ascending. */
function dimensions(axis: Axes, shape: Shape): number[] {
  const chosen = [axis].flat().map((given: number) => {
    const own = given < 0 ? given + shape.length : given - 1;
    if (own >= 0 && own < shape.length) return own;
    const expected = `a shape with an axis ${given} that is not the batch`;
    throw new ShapeError({ subject: 'the input', expected, received: [null, ...shape] });
  });
  if (new Set(chosen).size === chosen.length) return chosen.sort((a, b) => a - b);
  throw refusal('axis', 'axes of which none is another one counted from the end', axis, {});
}

const affine = {
  epsilon: optional(number({ above: 0 }), 0.001),
  center: optional(boolean, true),
  scale: optional(boolean, true),
  ...weightRules('beta', zeros()),
  ...weightRules('gamma', ones()),
};

const affineWeights = (o: Read<typeof affine>, shape: Shape): WeightSpec[] => [
  ...(o.scale ? [weightOf(o, 'gamma', shape)] : []),
  ...(o.center ? [weightOf(o, 'beta', shape)] : []),
];

/** Normalises each sample by the mean and variance along axes, in training and prediction alike. */
export const layerNormalization: (options?: LayerNormalizationOptions) => Layer = layerKind({
  className: 'LayerNormalization',
  keras: { masking: 'passes' },
  options: { axis: optional<Axes>(axes, -1), ...affine },
  weights: (o, [input]) =>
    affineWeights(
      o,
      dimensions(o.axis, input!).map((k) => input![k]!),
    ),
  call: ({ axis, epsilon, scale, center }, [x], { weight }) =>
    ops.layerNormalization(x!, {
      axes: dimensions(axis, x!.type.shape),
      epsilon,
      gamma: scale ? weight('gamma') : undefined,
      beta: center ? weight('beta') : undefined,
    }),
});

const groupCount: Rule<number> = {
  read: (value, argument, place) => {
    if (Number.isSafeInteger(value) && ((value as number) > 0 || value === -1)) return value as number;
    throw refusal(argument, 'a positive integer, or -1 for one group a channel', value, place);
  },
  write: (value) => value,
};

/**
 * Normalises each group of channels of a sample by its mean and variance over channels and positions, in training and
 * prediction alike.
 */
export const groupNormalization: (options?: GroupNormalizationOptions) => Layer = layerKind({
  className: 'GroupNormalization',
  keras: { masking: 'passes' },
  options: { groups: optional(groupCount, 32), axis: optional(axisRule, -1), ...affine },
  weights: (o, [input]) => {
    const [own] = dimensions(o.axis, input!);
    const channels = input![own!]!;
    if (own !== input!.length - 1) {
      throw refusal('axis', `-1 or ${input!.length}, the last axis`, o.axis, {});
    }
    if (o.groups > 0 && channels % o.groups !== 0) {
      throw refusal('groups', `a divisor of ${channels} input channels, or -1`, o.groups, {});
    }
    return affineWeights(o, [channels]);
  },
  call: ({ groups, epsilon, scale, center }, [x], { weight }) =>
    ops.groupNormalization(x!, {
      groups: groups === -1 ? x!.type.shape.at(-1)! : groups,
      epsilon,
      gamma: scale ? weight('gamma') : undefined,
      beta: center ? weight('beta') : undefined,
    }),
});

/** Divides each sample by the root of the mean square along axes, and multiplies by a scale that is trained. */
export const rmsNormalization: (options?: RmsNormalizationOptions) => Layer = layerKind({
  className: 'RMSNormalization',
  options: { axis: optional<Axes>(axes, -1), epsilon: optional(number({ above: 0 }), 1e-6) },
  weights: ({ axis }, [input]) => {
    const shape = dimensions(axis, input!).map((k) => input![k]!);
    return [{ name: 'scale', shape, initializer: ones() }];
  },
  call: ({ axis, epsilon }, [x], { weight }) =>
    ops.rmsNormalization(x!, {
      axes: dimensions(axis, x!.type.shape),
      epsilon,
      gamma: weight('scale'),
    }),
});

/** Divides each sample by its Euclidean length along axes. */
export const unitNormalization: (options?: UnitNormalizationOptions) => Layer = layerKind({
  className: 'UnitNormalization',
  keras: { masking: 'passes' },
  options: { axis: optional<Axes>(axes, -1) },
  call: ({ axis }, [x]) => ops.unitNormalization(x!, { axes: dimensions(axis, x!.type.shape) }),
});
