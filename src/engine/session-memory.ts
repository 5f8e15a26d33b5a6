import { RuntimeError } from '../errors/index.ts';
import type { TensorLayout } from '../ir/plan.ts';
import { reservedBytes } from '../ir/slot.ts';
import { elementCount } from '../ir/tensor-type.ts';

const PAGE = 65536;
/**
 * The most pages that a memory may ever have, tried in this order: 2 GiB (addresses stay positive as signed 32-bit
 * numbers), then less, as 32-bit and mobile engines set address space aside for the whole of a shared memory.
 */
const MAXIMA = [32767, 16384, 8192, 4096] as const;

type NewMemory = (descriptor: WebAssembly.MemoryDescriptor) => WebAssembly.Memory;

/** The memory of a session: reserved upwards, never freed before the session is. */
export class SessionMemory {
  readonly memory: WebAssembly.Memory;
  readonly maximumPages: number;
  #end = Math.ceil(reservedBytes / 64) * 64;
  #behind = 0;

  /**
   * @param newMemory stands in for `new WebAssembly.Memory`
   * @throws {RuntimeError} where not even the smallest memory can be had
   */
  constructor(shared: boolean, newMemory: NewMemory = (descriptor) => new WebAssembly.Memory(descriptor)) {
    for (const maximum of MAXIMA) {
      try {
        this.memory = newMemory({ initial: 1, maximum, shared });
        this.maximumPages = maximum;
        return;
      } catch (error) {
        if (!(error instanceof RangeError)) throw error;
      }
    }
    throw new RuntimeError('The engine gives no memory for a model. Dispose of models that are not used.');
  }

  /** Bytes reserved so far. */
  get bytes(): number {
    return this.#end;
  }

  /** Reserves zeroed bytes at a multiple of 64. @throws {RuntimeError} if the memory cannot grow so far */
  reserve(bytes: number): number {
    const address = this.#end;
    const end = Math.ceil((address + bytes) / 64) * 64;
    this.#grow(end);
    this.#end = end;
    return address;
  }

  /**
   * Keeps so many bytes behind all that is reserved, now and later, for reads whose values are not used.
   * @throws {RuntimeError} if the memory cannot grow so far
   */
  keepBehind(bytes: number): void {
    this.#behind = Math.max(this.#behind, bytes);
    this.#grow(this.#end);
  }

  #grow(end: number): void {
    const pages = Math.ceil((end + this.#behind) / PAGE) - this.memory.buffer.byteLength / PAGE;
    if (pages > 0) {
      try {
        this.memory.grow(pages);
      } catch {
        const megabytes = Math.ceil(end / 2 ** 20);
        throw new RuntimeError(
          `The model needs ${megabytes} MB, which cannot be had. Use a smaller batch size.`,
        );
      }
    }
  }

  get float32(): Float32Array {
    return new Float32Array(this.memory.buffer);
  }
}

/**
 * Calls `visit` for every row along the last dimension that has more than one element: the number of its first element,
 * its byte offset, its length and the bytes between its elements.
 */
function eachRow(
  { shape, strides, base }: TensorLayout,
  visit: (element: number, offset: number, length: number, step: number) => void,
): void {
  const total = elementCount(shape);
  const inner = shape.findLastIndex((extent) => extent > 1);
  const [length, step] = [shape[inner] ?? 1, strides[inner] ?? 0];
  const index: number[] = shape.map(() => 0);
  let offset = base;
  for (let element = 0; element < total; element += length) {
    visit(element, offset, length, step);
    for (let k = inner - 1; k >= 0; k--) {
      offset += strides[k]!;
      if (++index[k]! < shape[k]!) break;
      offset -= strides[k]! * shape[k]!;
      index[k] = 0;
    }
  }
}

/** Elements that are copied by one call rather than in a loop, which is slow the first time: weights are written once. */
const LONG_ROW = 32;

/** Copies a float32 tensor out of its layout into row-major order, starting at element `at` of `into`. */
export function readTensor(
  memory: Float32Array,
  address: number,
  layout: TensorLayout,
  into: Float32Array,
  at = 0,
): void {
  eachRow(layout, (element, offset, length, step) => {
    const from = (address + offset) >> 2;
    if (length >= LONG_ROW && step === 4) into.set(memory.subarray(from, from + length), at + element);
    else for (let k = 0; k < length; k++) into[at + element + k] = memory[from + (step >> 2) * k]!;
  });
}

/** Copies row-major values into a layout. */
export function writeTensor(
  memory: Float32Array,
  address: number,
  layout: TensorLayout,
  values: ArrayLike<number>,
): void {
  eachRow(layout, (element, offset, length, step) => {
    const to = (address + offset) >> 2;
    if (length >= LONG_ROW && step === 4 && values instanceof Float32Array)
      memory.set(values.subarray(element, element + length), to);
    else for (let k = 0; k < length; k++) memory[to + (step >> 2) * k] = values[element + k]!;
  });
}
