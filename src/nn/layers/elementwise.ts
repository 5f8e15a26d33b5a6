import * as ops from '../../ops/index.ts';
import { type ActivationLike, activationRule } from '../activations/get-activation.ts';
import { number } from '../options.ts';
import { type Layer, type LayerOptions, layerKind } from './layer.ts';

export interface ActivationLayerOptions extends LayerOptions {
  readonly activation: ActivationLike;
}

/** An activation as a layer of its own. */
export const activation: (options: ActivationLayerOptions) => Layer = layerKind({
  className: 'Activation',
  keras: { masking: 'passes' },
  options: { activation: activationRule },
  call: (o, [x]) => o.activation.apply(x!),
});

export interface DropoutOptions extends LayerOptions {
  /** Share of elements that are set to zero in training: at least 0, below 1. */
  readonly rate: number;
}

/** Sets elements to zero at random while training and scales the others by 1 / (1 - rate). */
export const dropout: (options: DropoutOptions) => Layer = layerKind({
  className: 'Dropout',
  keras: { masking: 'passes' },
  options: { rate: number({ min: 0, below: 1 }) },
  call: ({ rate }, [x], { training, stream }) => (training ? ops.dropout(x!, { rate, stream }) : x!),
});
