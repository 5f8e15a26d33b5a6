import * as ops from '../../ops/index.ts';
import { activation } from '../activations/get-activation.ts';
import { zeros } from '../initializers/constants.ts';
import { glorotUniform } from '../initializers/variance-scaling.ts';
import { boolean, optional, positive, type SpatialRank } from '../options.ts';
import { names, type WindowLayerOptions, windowRules } from './convolution-options.ts';
import { type Layer, layerKind } from './layer.ts';
import { type WeightOptions, weightOf, weightRules } from './weight-options.ts';

export interface DepthwiseConvOptions<R extends SpatialRank = SpatialRank>
  extends WindowLayerOptions<R>,
    WeightOptions<'depthwise'> {
  /** Outputs for each input channel. Default 1. */
  readonly depthMultiplier?: number;
}

const depthwiseConv = (rank: SpatialRank): ((options: DepthwiseConvOptions) => Layer) =>
  layerKind({
    className: `DepthwiseConv${rank}D`,
    keras: { dataFormat: true, missing: rank === 3 },
    inputRank: [rank + 1, names[rank]],
    options: {
      ...windowRules(rank),
      depthMultiplier: optional(positive, 1),
      activation,
      useBias: optional(boolean, true),
      ...weightRules('depthwise', glorotUniform()),
      ...weightRules('bias', zeros()),
    },
    weights: (o, [input]) => {
      const channels = input!.at(-1)!;
      const kernel = [...o.kernelSize, channels, o.depthMultiplier];
      return [
        weightOf(o, 'depthwise', kernel, 'kernel'),
        ...(o.useBias ? [weightOf(o, 'bias', [channels * o.depthMultiplier])] : []),
      ];
    },
    call: (o, [x], scope) => {
      const { strides, padding, dilationRate: dilation } = o;
      const y = ops.depthwiseConvolution(x!, scope.weight('kernel'), { strides, padding, dilation });
      return o.activation.apply(o.useBias ? ops.biasAdd(y, scope.weight('bias')) : y);
    },
  });

/** Convolution of every channel by itself over [batch, length, channels]. */
export const depthwiseConv1d: (options: DepthwiseConvOptions<1>) => Layer = depthwiseConv(1);
/** Convolution of every channel by itself over [batch, height, width, channels]. */
export const depthwiseConv2d: (options: DepthwiseConvOptions<2>) => Layer = depthwiseConv(2);
/** Convolution of every channel by itself over [batch, depth, height, width, channels]. Keras has no such layer. */
export const depthwiseConv3d: (options: DepthwiseConvOptions<3>) => Layer = depthwiseConv(3);
