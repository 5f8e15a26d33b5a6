import * as ops from '../../ops/index.ts';
import { type ActivationLike, activation } from '../activations/get-activation.ts';
import { zeros } from '../initializers/constants.ts';
import { type InitializerLike, initializer } from '../initializers/get-initializer.ts';
import { glorotUniform } from '../initializers/variance-scaling.ts';
import { boolean, optional, positive, type SpatialRank } from '../options.ts';
import { names, type WindowLayerOptions, windowRules } from './convolution-options.ts';
import { type Layer, layerKind } from './layer.ts';
import { type WeightOptions, weightOf, weightRules } from './weight-options.ts';

export interface SeparableConvOptions<R extends SpatialRank = SpatialRank>
  extends WindowLayerOptions<R>,
    WeightOptions<'depthwise'>,
    WeightOptions<'pointwise'> {
  /** Channels of the output. */
  readonly filters: number;
  /** Outputs of the spatial step for each input channel. Default 1. */
  readonly depthMultiplier?: number;
  /** A bias after the spatial step, before the channel step (Keras has none). Default false. */
  readonly depthwiseUseBias?: boolean;
  /** An activation after the spatial step, before the channel step (Keras has none). Default none. */
  readonly depthwiseActivation?: ActivationLike;
  /** Default `zeros`. */
  readonly depthwiseBiasInitializer?: InitializerLike;
}

const separableConv = (rank: SpatialRank): ((options: SeparableConvOptions) => Layer) =>
  layerKind({
    className: `SeparableConv${rank}D`,
    keras: { dataFormat: true, missing: rank === 3 },
    inputRank: [rank + 1, names[rank]],
    options: {
      filters: positive,
      ...windowRules(rank),
      depthMultiplier: optional(positive, 1),
      activation,
      useBias: optional(boolean, true),
      ...weightRules('depthwise', glorotUniform()),
      ...weightRules('pointwise', glorotUniform()),
      ...weightRules('bias', zeros()),
      depthwiseUseBias: optional(boolean, false),
      depthwiseActivation: activation,
      depthwiseBiasInitializer: optional(initializer, zeros()),
    },
    weights: (o, [input]) => {
      const channels = input!.at(-1)!;
      const middle = channels * o.depthMultiplier;
      const spatial = { name: 'depthwise_bias', shape: [middle], initializer: o.depthwiseBiasInitializer };
      const depthwise = [...o.kernelSize, channels, o.depthMultiplier];
      const pointwise = [...o.kernelSize.map(() => 1), middle, o.filters];
      return [
        weightOf(o, 'depthwise', depthwise, 'depthwise_kernel'),
        ...(o.depthwiseUseBias ? [spatial] : []),
        weightOf(o, 'pointwise', pointwise, 'pointwise_kernel'),
        ...(o.useBias ? [weightOf(o, 'bias', [o.filters])] : []),
      ];
    },
    call: (o, [x], scope) => {
      const { strides, padding, dilationRate: dilation } = o;
      const kernel = scope.weight('depthwise_kernel');
      const spatial = ops.depthwiseConvolution(x!, kernel, { strides, padding, dilation });
      const middle = o.depthwiseUseBias ? ops.biasAdd(spatial, scope.weight('depthwise_bias')) : spatial;
      const y = ops.convolution(o.depthwiseActivation.apply(middle), scope.weight('pointwise_kernel'));
      return o.activation.apply(o.useBias ? ops.biasAdd(y, scope.weight('bias')) : y);
    },
  });

/**
 * A spatial step (every channel by itself) and a channel step (1), over [batch, length, channels]. Bias and
 * activation stand after the channel step, and after the spatial step too where asked for.
 */
export const separableConv1d: (options: SeparableConvOptions<1>) => Layer = separableConv(1);
/** The same over [batch, height, width, channels], with a 1x1 channel step. */
export const separableConv2d: (options: SeparableConvOptions<2>) => Layer = separableConv(2);
/** The same over [batch, depth, height, width, channels], with a 1x1x1 channel step. Keras has no such layer. */
export const separableConv3d: (options: SeparableConvOptions<3>) => Layer = separableConv(3);
