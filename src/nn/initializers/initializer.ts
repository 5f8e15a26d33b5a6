import type { Seed } from '../../numerics/seed.ts';

/** Makes the first values of a weight. The same seed, stream and shape give the same bits everywhere. */
export interface Initializer {
  /** Name of the class in Keras, such as `GlorotUniform`. */
  readonly className: string;
  /** Options in the form of a Keras config. */
  readonly config: Readonly<Record<string, unknown>>;
  /**
   * Refuses shapes that it has no values for, where the weight is made. Default: it has values for all.
   * @throws {ShapeError}
   */
  check?(shape: readonly number[]): void;
  /**
   * The values of a weight, row-major.
   * @param stream tells the weights of a model apart
   */
  values(shape: readonly number[], seed: Seed, stream: number): Float32Array;
}
