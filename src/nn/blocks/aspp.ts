import { type ActivationLike, activationRule, getActivation } from '../activations/get-activation.ts';
import { batchNormalization } from '../layers/batch-normalization.ts';
import { activation as activationLayer } from '../layers/elementwise.ts';
import { concatenate } from '../layers/merging.ts';
import { separableConv1d, separableConv2d, separableConv3d } from '../layers/separable-conv.ts';
import type { SymbolicTensor } from '../layers/symbolic-tensor.ts';
import { upSampling1d, upSampling2d, upSampling3d } from '../layers/up-sampling.ts';
import { boolean, optional, positive, type Rule, refusal } from '../options.ts';
import { type BlockOptions, blockScope } from './block.ts';
import { convolutions, pools } from './squeeze-excite.ts';

const separable = [undefined, separableConv1d, separableConv2d, separableConv3d] as const;

export interface AsppOptions extends BlockOptions {
  /** Channels of each branch and of the output. */
  readonly filters: number;
  /** Dilation of each separable branch. Default [6, 12, 18]. */
  readonly rates?: readonly number[];
  /** A branch of the mean over all positions. Default true. */
  readonly pooled?: boolean;
  /** Default `relu`. */
  readonly activation?: ActivationLike;
}

const ratesRule: Rule<readonly number[]> = {
  read: (value, argument, place) => {
    const good =
      Array.isArray(value) && value.length > 0 && value.every((n) => Number.isSafeInteger(n) && n > 0);
    if (good) return value as number[];
    throw refusal(argument, 'an array of positive integers', value, place);
  },
  write: (value) => value,
};
const defaultRates: readonly number[] = [6, 12, 18];

/**
 * Atrous spatial pyramid pooling: a pointwise branch, separable branches of several dilations and the mean over all
 * positions, side by side, then a pointwise convolution. Source: Chen et al. 2018, arXiv:1802.02611.
 * @throws {InvalidArgumentError} {ShapeError}
 */
export function aspp(x: SymbolicTensor, options: AsppOptions): SymbolicTensor {
  const block = blockScope('aspp', x, options, {
    filters: positive,
    rates: optional(ratesRule, defaultRates),
    pooled: optional(boolean, true),
    activation: optional(activationRule, getActivation('relu', 'activation')),
  });
  const { rank, named, chain } = block;
  const { filters, rates, pooled, activation } = block.options;
  const conv = convolutions[rank]!;
  const after = (name: string) =>
    [
      batchNormalization(named(`${name}_norm`)),
      activationLayer({ activation, ...named(`${name}_activation`) }),
    ] as const;
  const pointwise = (name: string) => conv({ filters, kernelSize: 1, useBias: false, ...named(name) });
  const [rows = 1, columns = 1, planes = 1] = x.shape;
  const spread = [
    undefined,
    () => upSampling1d({ size: rows, ...named('pool_spread') }),
    () => upSampling2d({ size: [rows, columns], ...named('pool_spread') }),
    () => upSampling3d({ size: [rows, columns, planes], ...named('pool_spread') }),
  ][rank]!;
  const branches = [
    chain(x, pointwise('points'), ...after('points')),
    ...rates.map((dilationRate) => {
      const name = `rate_${dilationRate}`;
      const window = { kernelSize: 3, dilationRate, padding: 'same', useBias: false } as const;
      return chain(x, separable[rank]!({ filters, ...window, ...named(name) }), ...after(name));
    }),
    ...(pooled
      ? [
          chain(
            x,
            pools[rank]!({ keepdims: true, ...named('pool') }),
            pointwise('pool_points'),
            ...after('pool'),
            spread(),
          ),
        ]
      : []),
  ];
  const joined = concatenate(named('join')).apply(branches);
  return chain(joined, pointwise('project'), ...after('project'));
}
