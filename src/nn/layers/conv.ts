import { InvalidArgumentError } from '../../errors/index.ts';
import * as ops from '../../ops/index.ts';
import { activation } from '../activations/get-activation.ts';
import { zeros } from '../initializers/constants.ts';
import { glorotUniform } from '../initializers/variance-scaling.ts';
import { boolean, optional, positive, type SpatialRank } from '../options.ts';
import { names, type WindowLayerOptions, windowRules } from './convolution-options.ts';
import { type Layer, layerKind } from './layer.ts';
import { type WeightOptions, weightOf, weightRules } from './weight-options.ts';

export interface ConvOptions<R extends SpatialRank = SpatialRank>
  extends WindowLayerOptions<R>,
    WeightOptions<'kernel'> {
  /** Channels of the output. */
  readonly filters: number;
  /** Input channels are cut into as many groups, each seen by its share of the filters. Default 1. */
  readonly groups?: number;
}

const conv = (rank: SpatialRank): ((options: ConvOptions) => Layer) =>
  layerKind({
    className: `Conv${rank}D`,
    keras: { dataFormat: true },
    inputRank: [rank + 1, names[rank]],
    options: {
      filters: positive,
      ...windowRules(rank),
      groups: optional(positive, 1),
      activation,
      useBias: optional(boolean, true),
      ...weightRules('kernel', glorotUniform()),
      ...weightRules('bias', zeros()),
    },
    check: ({ filters, groups }) => {
      if (filters % groups === 0) return;
      throw new InvalidArgumentError({
        argument: 'filters',
        expected: `a multiple of ${groups} groups`,
        received: filters,
      });
    },
    weights: (o, [input]) => {
      const channels = input!.at(-1)!;
      if (channels % o.groups !== 0) {
        const expected = `a divisor of ${channels} input channels`;
        throw new InvalidArgumentError({ argument: 'groups', expected, received: o.groups });
      }
      const kernel = [...o.kernelSize, channels / o.groups, o.filters];
      return [weightOf(o, 'kernel', kernel), ...(o.useBias ? [weightOf(o, 'bias', [o.filters])] : [])];
    },
    call: (o, [x], scope) => {
      const { strides, padding, dilationRate: dilation, groups } = o;
      const y = ops.convolution(x!, scope.weight('kernel'), { strides, padding, dilation, groups });
      return o.activation.apply(o.useBias ? ops.biasAdd(y, scope.weight('bias')) : y);
    },
  });

/** Convolution over [batch, length, channels]. */
export const conv1d: (options: ConvOptions<1>) => Layer = conv(1);
/** Convolution over [batch, height, width, channels]. */
export const conv2d: (options: ConvOptions<2>) => Layer = conv(2);
/** Convolution over [batch, depth, height, width, channels]. */
export const conv3d: (options: ConvOptions<3>) => Layer = conv(3);
