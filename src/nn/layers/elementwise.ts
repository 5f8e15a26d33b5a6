import * as ops from '../../ops/index.ts';
import { type ActivationLike, activationRule } from '../activations/get-activation.ts';
import { nullable, number, type Rule, refusal } from '../options.ts';
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
  /**
   * The shape of the choices with the batch in front, as in Keras: null for the extent of the input, 1 where all
   * elements share one choice. `[null, 1, 1, 1]` drops whole samples of [batch, height, width, channels]. Default: a
   * choice for each element.
   */
  readonly noiseShape?: NoiseShape | null;
}

type NoiseShape = readonly [null, ...(number | null)[]];

const noiseShape: Rule<NoiseShape> = {
  read: (value, argument, place) => {
    const good = (n: unknown): boolean => n === null || (Number.isSafeInteger(n) && (n as number) > 0);
    if (Array.isArray(value) && value[0] === null && value.every(good)) return [null, ...value.slice(1)];
    throw refusal(argument, 'an array of positive integers or null, with null for the batch', value, place);
  },
  write: (value) => value,
};

/** Sets elements to zero at random while training and scales the others by 1 / (1 - rate). */
export const dropout: (options: DropoutOptions) => Layer = layerKind({
  className: 'Dropout',
  keras: { masking: 'passes' },
  options: { rate: number({ min: 0, below: 1 }), noiseShape: nullable(noiseShape) },
  call: (o, [x], { training, stream }) => {
    const shape = o.noiseShape?.slice(1).map((n, k) => n ?? x!.type.shape[k]!);
    const dropped = ops.dropout(x!, { rate: o.rate, stream, ...(shape && { noiseShape: shape }) });
    return training ? dropped : x!;
  },
});
