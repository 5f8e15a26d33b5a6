import { ShapeError, UnsupportedError } from '../../errors/index.ts';
import * as e from '../../ir/build.ts';
import { elementwise } from '../../ops/elementwise.ts';
import * as ops from '../../ops/index.ts';
import { alongAxis } from '../activations/along-axis.ts';
import { axisRule } from '../axis-rule.ts';
import { ones, zeros } from '../initializers/constants.ts';
import { type InitializerLike, initializer } from '../initializers/get-initializer.ts';
import { boolean, number, optional } from '../options.ts';
import { type Layer, type LayerOptions, layerKind } from './layer.ts';
import { type WeightOptions, weightOf, weightRules } from './weight-options.ts';

export interface BatchNormalizationOptions
  extends LayerOptions,
    WeightOptions<'beta'>,
    WeightOptions<'gamma'> {
  /** The axis of the channels, counted with the batch. Default -1. */
  readonly axis?: number;
  /** Share of the old moving statistics that stays in a step. Default 0.99. */
  readonly momentum?: number;
  /** Added to the variance. Default 0.001. */
  readonly epsilon?: number;
  /** Adds beta. Default true. */
  readonly center?: boolean;
  /** Multiplies by gamma. Default true. */
  readonly scale?: boolean;
  readonly movingMeanInitializer?: InitializerLike;
  readonly movingVarianceInitializer?: InitializerLike;
}

/** Name of the state that holds the mean of the last step: the sums of the next are taken around it. @internal */
export const SHIFT = 'shift';

/**
 * Normalises each channel by the mean and variance of the batch while training, by moving statistics otherwise
 * (and where `trainable` is false). Positions that a mask leaves out do not count in the statistics.
 */
export const batchNormalization: (options?: BatchNormalizationOptions) => Layer = layerKind({
  className: 'BatchNormalization',
  keras: { masking: 'passes' },
  options: {
    axis: optional(axisRule, -1),
    momentum: optional(number({ min: 0, max: 1 }), 0.99),
    epsilon: optional(number({ above: 0 }), 0.001),
    center: optional(boolean, true),
    scale: optional(boolean, true),
    ...weightRules('beta', zeros()),
    ...weightRules('gamma', ones()),
    movingMeanInitializer: optional(initializer, zeros()),
    movingVarianceInitializer: optional(initializer, ones()),
  },
  weights: (o, [input]) => {
    const own = o.axis < 0 ? o.axis + input!.length : o.axis - 1;
    if (own < 0 || own >= input!.length) {
      const expected = `a shape with an axis ${o.axis} that is not the batch`;
      throw new ShapeError({ subject: 'the input', expected, received: [null, ...input!] });
    }
    const shape = [input![own]!];
    const state = { shape, trainable: false };
    return [
      ...(o.scale ? [weightOf(o, 'gamma', shape)] : []),
      ...(o.center ? [weightOf(o, 'beta', shape)] : []),
      { ...state, name: 'moving_mean', initializer: o.movingMeanInitializer },
      { ...state, name: 'moving_variance', initializer: o.movingVarianceInitializer },
      { ...state, name: SHIFT, initializer: o.movingMeanInitializer, internal: true },
    ];
  },
  call: (o, [given], scope) =>
    alongAxis(given!, { axis: o.axis }, (x) => {
      const gamma = o.scale ? scope.weight('gamma') : undefined;
      const beta = o.center ? scope.weight('beta') : undefined;
      const { epsilon } = o;
      const moving = { mean: scope.weight('moving_mean'), variance: scope.weight('moving_variance') };
      if (!scope.training || !scope.trainable)
        return ops.normalizeWith(x, { gamma, beta, epsilon, ...moving });
      const shift = scope.weight(SHIFT);
      const { inverseBatch } = scope;
      const mask = scope.mask(0);
      if (mask && x !== given) {
        const feature = 'Training behind a mask along another axis than the last';
        throw new UnsupportedError({
          feature,
          advice: 'Put the axis of the channels last, or freeze the layer',
        });
      }
      const { output, mean, variance } = ops.batchNormalization(x, {
        gamma,
        beta,
        epsilon,
        shift,
        inverseBatch,
        mask,
      });
      const move = (old: typeof mean, value: typeof mean): typeof mean =>
        elementwise(
          'movingStatistic',
          [old, value],
          (a, b) => e.add(e.mul(a!, o.momentum), e.mul(b!, 1 - o.momentum)),
          { stopGradient: true },
        );
      scope.assign('moving_mean', move(scope.state('moving_mean'), mean));
      scope.assign('moving_variance', move(scope.state('moving_variance'), variance));
      scope.assign(SHIFT, mean);
      return output;
    }),
});
