import { type Extents, eachDimension } from '../layers/convolution-options.ts';
import { add, multiply } from '../layers/merging.ts';
import type { SymbolicTensor } from '../layers/symbolic-tensor.ts';
import { extents, optional, positive, type SpatialRank } from '../options.ts';
import { type BlockOptions, blockScope } from './block.ts';
import { convolutions } from './squeeze-excite.ts';

export interface GatedResidualOptions extends BlockOptions {
  /** Channels of the dilated convolutions. */
  readonly filters: number;
  /** Channels of the skip output. Default: as many as `filters`. */
  readonly skipFilters?: number;
  /** Default 2. */
  readonly kernelSize?: Extents;
  /** Default 1. */
  readonly dilationRate?: Extents;
}

/** What a gated block gives: `output` for the next block, `skip` to be added up over all blocks. */
export interface GatedResidual {
  readonly output: SymbolicTensor;
  readonly skip: SymbolicTensor;
}

/**
 * The gated dilated residual of WaveNet: tanh and sigmoid of two dilated convolutions (causal in one dimension, `same`
 * in others) multiplied; a pointwise convolution of that is added to the input, another one is the skip output.
 * Source: van den Oord et al. 2016, arXiv:1609.03499.
 * @throws {InvalidArgumentError} {ShapeError}
 */
export function gatedResidual(x: SymbolicTensor, options: GatedResidualOptions): GatedResidual {
  const rankOf = Math.min(3, Math.max(1, (x?.shape?.length ?? 2) - 1)) as SpatialRank;
  const ones = eachDimension(rankOf, 1);
  const block = blockScope('gatedResidual', x, options, {
    filters: positive,
    skipFilters: optional(positive, options?.filters ?? 1),
    kernelSize: optional(extents(rankOf), eachDimension(rankOf, 2)),
    dilationRate: optional(extents(rankOf), ones),
  });
  const { rank, channels, named } = block;
  const { filters, skipFilters, kernelSize, dilationRate } = block.options;
  const conv = convolutions[rank]!;
  const window = { filters, kernelSize, dilationRate, padding: rank === 1 ? 'causal' : 'same' } as const;
  const signal = conv({ ...window, activation: 'tanh', ...named('signal') }).apply(x);
  const gate = conv({ ...window, activation: 'sigmoid', ...named('gate') }).apply(x);
  const gated = multiply(named('gated')).apply([signal, gate]);
  const mixed = conv({ filters: channels, kernelSize: 1, ...named('mix') }).apply(gated);
  return {
    output: add(named('add')).apply([x, mixed]),
    skip: conv({ filters: skipFilters, kernelSize: 1, ...named('skip') }).apply(gated),
  };
}
