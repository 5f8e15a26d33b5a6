import type { TestRandom } from '../../ops/test-random.test-support.ts';
import type { SymbolicTensor } from '../layers/symbolic-tensor.ts';
import * as blocks from './index.ts';

/** A block and the shape of one sample of its input. */
export interface BlockSample {
  readonly shape: readonly number[];
  readonly apply: (x: SymbolicTensor) => SymbolicTensor | readonly SymbolicTensor[];
}

/** Samples of each block that a run of the tests compares. */
export const blockSamples = 6;

type Name = {
  [K in keyof typeof blocks]: (typeof blocks)[K] extends (...given: never[]) => unknown ? K : never;
}[keyof typeof blocks];

const imageOf = (random: TestRandom): number[] => {
  const rank = random.integer(1, 3);
  return [
    ...Array.from({ length: rank }, () => random.integer(3, rank === 1 ? 12 : 5)),
    random.integer(2, 6),
  ];
};

/** For every block a way to draw its options and input. */
export const blockSamplers: { readonly [K in Name]: (random: TestRandom) => BlockSample } = {
  squeezeExcite: (random) => {
    const options = random.pick([
      {},
      { units: random.integer(1, 4) },
      { activation: 'silu', gate: 'hardSigmoid' } as const,
    ]);
    return { shape: imageOf(random), apply: (x) => blocks.squeezeExcite(x, options) };
  },
  invertedResidual: (random) => {
    const shape = imageOf(random);
    const options = {
      filters: random.pick([shape.at(-1)!, random.integer(1, 6)]),
      expansion: random.integer(1, 3),
      kernelSize: random.pick([1, 3]),
      squeeze: random.integer(0, 1) === 0,
      ...random.pick([{}, { strides: 2 }, { dilationRate: 2 }]),
    };
    return { shape, apply: (x) => blocks.invertedResidual(x, options) };
  },
  aspp: (random) => {
    const options = {
      filters: random.integer(1, 5),
      rates: random.pick([[1], [1, 2], [2, 3, 4]]),
      pooled: random.integer(0, 1) === 0,
    };
    return { shape: imageOf(random), apply: (x) => blocks.aspp(x, options) };
  },
  gatedResidual: (random) => {
    const options = {
      filters: random.integer(1, 5),
      kernelSize: random.integer(1, 3),
      dilationRate: random.integer(1, 2),
      ...random.pick([{}, { skipFilters: random.integer(1, 5) }]),
    };
    return {
      shape: imageOf(random),
      apply: (x) => {
        const { output, skip } = blocks.gatedResidual(x, options);
        return [output, skip];
      },
    };
  },
};
