import { InvalidArgumentError } from '../../errors/index.ts';
import * as ops from '../../ops/index.ts';
import { activation } from '../activations/get-activation.ts';
import { zeros } from '../initializers/constants.ts';
import { type InitializerLike, initializer } from '../initializers/get-initializer.ts';
import { glorotUniform } from '../initializers/variance-scaling.ts';
import { boolean, optional, positive } from '../options.ts';
import { names, type WindowLayerOptions, windowRules } from './convolution-options.ts';
import { type Layer, layerKind } from './layer.ts';

export interface ConvOptions extends WindowLayerOptions {
  /** Channels of the output. */
  readonly filters: number;
  /** Input channels are cut into as many groups, each seen by its share of the filters. Default 1. */
  readonly groups?: number;
  /** Default `glorotUniform`. */
  readonly kernelInitializer?: InitializerLike;
}

const conv = (rank: 1 | 2 | 3): ((options: ConvOptions) => Layer) =>
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
      kernelInitializer: optional(initializer, glorotUniform()),
      biasInitializer: optional(initializer, zeros()),
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
      return [
        { name: 'kernel', shape: kernel, initializer: o.kernelInitializer },
        ...(o.useBias ? [{ name: 'bias', shape: [o.filters], initializer: o.biasInitializer }] : []),
      ];
    },
    call: (o, [x], scope) => {
      const { strides, padding, dilationRate: dilation, groups } = o;
      const y = ops.convolution(x!, scope.weight('kernel'), { strides, padding, dilation, groups });
      return o.activation.apply(o.useBias ? ops.biasAdd(y, scope.weight('bias')) : y);
    },
  });

/** Convolution over [batch, length, channels]. */
export const conv1d: (options: ConvOptions) => Layer = conv(1);
/** Convolution over [batch, height, width, channels]. */
export const conv2d: (options: ConvOptions) => Layer = conv(2);
/** Convolution over [batch, depth, height, width, channels]. */
export const conv3d: (options: ConvOptions) => Layer = conv(3);
