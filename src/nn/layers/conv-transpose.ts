import * as ops from '../../ops/index.ts';
import { activation } from '../activations/get-activation.ts';
import { zeros } from '../initializers/constants.ts';
import { glorotUniform } from '../initializers/variance-scaling.ts';
import {
  boolean,
  choice,
  nullable,
  optional,
  positive,
  type Rule,
  refusal,
  type SpatialRank,
} from '../options.ts';
import { type Extents, names, type WindowLayerOptions, windowRules } from './convolution-options.ts';
import { type Layer, layerKind } from './layer.ts';
import { type WeightOptions, weightOf, weightRules } from './weight-options.ts';

export interface ConvTransposeOptions<R extends SpatialRank = SpatialRank>
  extends Omit<WindowLayerOptions<R>, 'padding'>,
    WeightOptions<'kernel'> {
  /** Channels of the output. */
  readonly filters: number;
  /** `valid` or `same`, which gives as many outputs as inputs times the stride. Default `valid`. */
  readonly padding?: 'valid' | 'same';
  /** More outputs behind, below the stride. Default null: as many as the padding says. */
  readonly outputPadding?: Extents<R> | null;
}

const outputPadding = (rank: number): Rule<number[]> => ({
  read: (value, argument, place) => {
    const list = typeof value === 'number' ? new Array<number>(rank).fill(value) : value;
    const good =
      Array.isArray(list) && list.length === rank && list.every((n) => Number.isSafeInteger(n) && n >= 0);
    if (good) return [...(list as number[])];
    throw refusal(argument, `a whole number from 0, or ${rank} of them`, value, place);
  },
  write: (value) => value,
});

const convTranspose = (rank: SpatialRank): ((options: ConvTransposeOptions) => Layer) =>
  layerKind({
    className: `Conv${rank}DTranspose`,
    keras: { dataFormat: true },
    inputRank: [rank + 1, names[rank]],
    options: {
      filters: positive,
      ...windowRules(rank),
      padding: optional(choice(['valid', 'same']), 'valid'),
      outputPadding: nullable(outputPadding(rank)),
      activation,
      useBias: optional(boolean, true),
      ...weightRules('kernel', glorotUniform()),
      ...weightRules('bias', zeros()),
    },
    weights: (o, [input]) => [
      weightOf(o, 'kernel', [...o.kernelSize, o.filters, input!.at(-1)!]),
      ...(o.useBias ? [weightOf(o, 'bias', [o.filters])] : []),
    ],
    call: (o, [x], scope) => {
      const { strides, padding, dilationRate: dilation } = o;
      const y = ops.convolutionTranspose(x!, scope.weight('kernel'), {
        strides,
        padding,
        dilation,
        outputPadding: o.outputPadding,
      });
      return o.activation.apply(o.useBias ? ops.biasAdd(y, scope.weight('bias')) : y);
    },
  });

/** The transpose of a convolution over [batch, length, channels]: with strides it makes signals longer. */
export const conv1dTranspose: (options: ConvTransposeOptions<1>) => Layer = convTranspose(1);
/** The transpose of a convolution over [batch, height, width, channels]: with strides it makes images larger. */
export const conv2dTranspose: (options: ConvTransposeOptions<2>) => Layer = convTranspose(2);
/** The transpose of a convolution over [batch, depth, height, width, channels]. */
export const conv3dTranspose: (options: ConvTransposeOptions<3>) => Layer = convTranspose(3);
