import * as ops from '../../ops/index.ts';
import { leakyRelu as leakyReluOf } from '../activations/named.ts';
import { zeros } from '../initializers/constants.ts';
import { nullable, number, optional, type Rule, refusal } from '../options.ts';
import { type Layer, type LayerOptions, layerKind } from './layer.ts';
import { type WeightOptions, weightOf, weightRules } from './weight-options.ts';

export interface ReluOptions extends LayerOptions {
  /** Values are cut here, at least 0. Default null: not at all. */
  readonly maxValue?: number | null;
  /** Slope below the threshold, at least 0. Default 0. */
  readonly negativeSlope?: number;
  /** At least 0. Default 0. */
  readonly threshold?: number;
}

/** x above the threshold, cut at `maxValue`; negativeSlope * (x - threshold) below. */
export const relu: (options?: ReluOptions) => Layer = layerKind({
  className: 'ReLU',
  keras: { masking: 'passes' },
  options: {
    maxValue: nullable(number({ min: 0 })),
    negativeSlope: optional(number({ min: 0 }), 0),
    threshold: optional(number({ min: 0 }), 0),
  },
  call: (options, [x]) => ops.rectify(x!, options),
});

export interface LeakyReluOptions extends LayerOptions {
  /** Slope below 0, at least 0. Default 0.3 (the activation of this name has 0.2, as in Keras). */
  readonly negativeSlope?: number;
}

/** x where positive, else negativeSlope * x. */
export const leakyRelu: (options?: LeakyReluOptions) => Layer = layerKind({
  className: 'LeakyReLU',
  keras: { masking: 'passes' },
  options: { negativeSlope: optional(number({ min: 0 }), 0.3) },
  call: (options, [x]) => leakyReluOf(x!, options),
});

export interface EluOptions extends LayerOptions {
  /** Default 1. */
  readonly alpha?: number;
}

/** x where positive, else alpha * (exp(x) - 1). */
export const elu: (options?: EluOptions) => Layer = layerKind({
  className: 'ELU',
  keras: { masking: 'passes' },
  options: { alpha: optional(number(), 1) },
  call: (options, [x]) => ops.elu(x!, options),
});

export interface PreluOptions extends LayerOptions, WeightOptions<'alpha'> {
  /** Axes along which all elements share a slope, counted from 1 (the batch is 0): one or several. Default null. */
  readonly sharedAxes?: number | readonly number[] | null;
}

const axesRule: Rule<readonly number[]> = {
  read: (value, argument, place) => {
    const list: unknown[] = Array.isArray(value) ? value : [value];
    const good = list.every((axis) => Number.isSafeInteger(axis) && (axis as number) > 0);
    if (good && new Set(list).size === list.length) return list as number[];
    throw refusal(argument, 'a positive integer or an array of different ones', value, place);
  },
  write: (value) => value,
};

/**
 * x where positive, else alpha * x with slopes alpha that are trained, one for each element of a sample unless axes
 * share them. Source: He et al. 2015, arXiv:1502.01852.
 */
export const prelu: (options?: PreluOptions) => Layer = layerKind({
  className: 'PReLU',
  keras: { masking: 'passes' },
  options: { ...weightRules('alpha', zeros()), sharedAxes: nullable(axesRule) },
  weights: (o, [input]) => {
    const { sharedAxes } = o;
    const beyond = sharedAxes?.find((axis) => axis > input!.length);
    if (beyond !== undefined) {
      throw refusal('sharedAxes', `axes from 1 to ${input!.length}`, sharedAxes, {});
    }
    const shape = input!.map((extent, k) => (sharedAxes?.includes(k + 1) ? 1 : extent));
    return [weightOf(o, 'alpha', shape)];
  },
  call: (_, [x], scope) => {
    const below = ops.multiply(scope.weight('alpha'), ops.relu(ops.negate(x!)));
    return ops.subtract(ops.relu(x!), below);
  },
});
