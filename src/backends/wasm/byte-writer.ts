import { leb128 } from './opcodes.ts';

/** Bytes, lists of them, lists of those and so on, and other things among them. */
export interface NestedBytes<T extends object> extends ReadonlyArray<number | T | NestedBytes<T>> {}

const isNested = <T extends object>(part: T | NestedBytes<T>): part is NestedBytes<T> => Array.isArray(part);

/** Bytes that grow. */
export class ByteWriter {
  #bytes: Uint8Array<ArrayBuffer>;
  #length = 0;

  constructor(capacity = 1024) {
    this.#bytes = new Uint8Array(capacity);
  }

  get length(): number {
    return this.#length;
  }

  /** What was written, until more is. */
  get view(): Uint8Array<ArrayBuffer> {
    return this.#bytes.subarray(0, this.#length);
  }

  push(byte: number): void {
    if (this.#length === this.#bytes.length) this.#grow(1);
    this.#bytes[this.#length++] = byte;
  }

  /** Appends nested bytes, and calls `refer` where something else stands. */
  appendNested<T extends object>(parts: NestedBytes<T>, refer: (other: T) => void): void {
    // fields are read here, not by other methods: most parts are one to four bytes, and there are many
    for (let k = 0; k < parts.length; k++) {
      const part = parts[k]!;
      if (typeof part === 'number') {
        if (this.#length === this.#bytes.length) this.#grow(1);
        this.#bytes[this.#length++] = part;
      } else if (isNested(part)) this.appendNested(part, refer);
      else refer(part);
    }
  }

  append(bytes: ArrayLike<number>): void {
    if (this.#length + bytes.length > this.#bytes.length) this.#grow(bytes.length);
    this.#bytes.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  unsigned(value: number): void {
    if (value < 128) this.push(value);
    else this.append(leb128(value));
  }

  clear(): void {
    this.#length = 0;
  }

  toBytes(): Uint8Array<ArrayBuffer> {
    return this.#bytes.slice(0, this.#length);
  }

  #grow(by: number): void {
    const larger = new Uint8Array(Math.max(2 * this.#bytes.length, this.#length + by));
    larger.set(this.view);
    this.#bytes = larger;
  }
}
