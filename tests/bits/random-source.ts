import { TestRandom } from '../../src/ops/samplers.test-support.ts';

/** Seeded choices: they only pick test cases and their numbers. */
export class RandomSource extends TestRandom {
  constructor(seed: number) {
    super(seed);
    // neighbouring seeds begin alike
    for (let k = 0; k < 4; k++) this.uniform();
  }

  chance(probability: number): boolean {
    return this.uniform() < probability;
  }

  /** 32 bits as an unsigned number. */
  word(): number {
    return this.integer(0, 2 ** 32 - 1);
  }

  /** Numbers of [-scale, scale] around `center`. */
  reals(count: number, scale: number, center = 0): Float32Array {
    return Float32Array.from({ length: count }, () => center + (2 * this.uniform() - 1) * scale);
  }
}
