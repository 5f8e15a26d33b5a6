import * as e from '../../ir/build.ts';
import { elementwise } from '../../ops/elementwise.ts';
import * as ops from '../../ops/index.ts';
import { type ActivationLike, activationRule } from '../activations/get-activation.ts';
import { nullable, number, optional } from '../options.ts';
import { type Layer, type LayerOptions, layerKind } from './layer.ts';

export interface ActivationLayerOptions extends LayerOptions {
  readonly activation: ActivationLike;
}

/** An activation as a layer of its own. */
export const activation: (options: ActivationLayerOptions) => Layer = layerKind({
  className: 'Activation',
  options: { activation: activationRule },
  call: (o, [x]) => o.activation.apply(x!),
});

export interface ReluOptions extends LayerOptions {
  /** Values are cut here. Default null: not at all. */
  readonly maxValue?: number | null;
  /** Slope below the threshold. Default 0. */
  readonly negativeSlope?: number;
  /** Default 0. */
  readonly threshold?: number;
}

/** x from the threshold on, cut at `maxValue`; negativeSlope * (x - threshold) below. */
export const relu: (options?: ReluOptions) => Layer = layerKind({
  className: 'ReLU',
  options: {
    maxValue: nullable(number({ min: 0 })),
    negativeSlope: optional(number({ min: 0 }), 0),
    threshold: optional(number({ min: 0 }), 0),
  },
  call: ({ maxValue, negativeSlope, threshold }, [x]) => {
    if (threshold === 0 && negativeSlope === 0) {
      if (maxValue === null) return ops.relu(x!);
      return elementwise('relu', [x!], (a) => e.min(e.max(a!, 0), maxValue));
    }
    return elementwise('relu', [x!], (a) => {
      const below = e.mul(e.sub(a!, threshold), negativeSlope);
      const above = maxValue === null ? a! : e.min(a!, maxValue);
      return e.select(e.ge(a!, threshold), above, below);
    });
  },
});

export interface DropoutOptions extends LayerOptions {
  /** Share of elements that are set to zero in training: at least 0, below 1. */
  readonly rate: number;
}

/** Sets elements to zero at random while training and scales the others by 1 / (1 - rate). */
export const dropout: (options: DropoutOptions) => Layer = layerKind({
  className: 'Dropout',
  options: { rate: number({ min: 0, below: 1 }) },
  call: ({ rate }, [x], { training, stream }) => (training ? ops.dropout(x!, { rate, stream }) : x!),
});
