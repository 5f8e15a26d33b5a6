import { readFileSync } from 'node:fs';

/** The request that hands a peer its data: files of raw values, and of one byte a label. */
export interface DataRequest {
  readonly inputs: string;
  readonly labels: string;
  /** Of a sample, channels last. */
  readonly shape: readonly number[];
  readonly dtype: 'u8' | 'f32';
}

export type SampleValues = Uint8Array | Float32Array;

/** Goes round the samples, a few at a time, so that each step sees new ones. */
export class Samples {
  readonly shape: readonly number[];
  readonly dtype: 'u8' | 'f32';
  readonly #values: SampleValues;
  readonly #labels: Uint8Array;
  readonly #size: number;
  #position = 0;

  constructor({ inputs, labels, shape, dtype }: DataRequest) {
    this.shape = shape;
    this.dtype = dtype;
    const bytes = new Uint8Array(readFileSync(inputs));
    this.#values = dtype === 'u8' ? bytes : new Float32Array(bytes.buffer);
    this.#labels = new Uint8Array(readFileSync(labels));
    this.#size = shape.reduce((product, n) => product * n, 1);
  }

  get count(): number {
    return this.#labels.length;
  }

  /** Begins again at the first sample. */
  rewind(): void {
    this.#position = 0;
  }

  /** The next `count` samples and labels. */
  take(count: number): { values: SampleValues; labels: Uint8Array } {
    if (this.#position + count > this.count) this.#position = 0;
    const start = this.#position;
    this.#position += count;
    return {
      values: this.#values.subarray(start * this.#size, (start + count) * this.#size),
      labels: this.#labels.subarray(start, start + count),
    };
  }

  /** The same with channels first, as some engines want them; for one channel without a copy. */
  takeChannelsFirst(count: number): { values: SampleValues; shape: number[] } {
    const { values } = this.take(count);
    const channels = this.shape.at(-1)!;
    const spatial = this.shape.slice(0, -1);
    const shape = [count, channels, ...spatial];
    if (channels === 1) return { values, shape };
    const positions = this.#size / channels;
    const moved = values.slice();
    for (let n = 0; n < count; n++)
      for (let p = 0; p < positions; p++)
        for (let c = 0; c < channels; c++)
          moved[n * this.#size + c * positions + p] = values[n * this.#size + p * channels + c]!;
    return { values: moved, shape };
  }
}
