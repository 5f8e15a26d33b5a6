import { readFileSync } from 'node:fs';

/** The request that hands a peer its data: raw bytes of square images with one channel, and of their labels. */
export interface DataRequest {
  readonly images: string;
  readonly labels: string;
  readonly size: number;
}

/** Goes round the images, a few at a time, so that each step sees new ones. */
export class Images {
  readonly size: number;
  readonly #pixels: Uint8Array;
  readonly #labels: Uint8Array;
  #position = 0;

  constructor({ images, labels, size }: DataRequest) {
    this.size = size;
    this.#pixels = new Uint8Array(readFileSync(images));
    this.#labels = new Uint8Array(readFileSync(labels));
  }

  get count(): number {
    return this.#labels.length;
  }

  /** Begins again at the first image. */
  rewind(): void {
    this.#position = 0;
  }

  /** The next `count` images and labels. */
  take(count: number): { pixels: Uint8Array; labels: Uint8Array } {
    if (this.#position + count > this.count) this.#position = 0;
    const start = this.#position;
    this.#position += count;
    const pixel = this.size * this.size;
    return {
      pixels: this.#pixels.subarray(start * pixel, (start + count) * pixel),
      labels: this.#labels.subarray(start, start + count),
    };
  }
}
