import { type Affine, addAffine, affine, scaleAffine } from '../../ir/affine.ts';
import * as b from '../../ir/build.ts';
import type { Axis } from '../../ir/definition.ts';
import type { Expression } from '../../ir/expression.ts';
import type { Kernel, KernelBuffer, Store } from '../../ir/kernel.ts';
import { BYTES_PER_ELEMENT, type Dtype } from '../../ir/tensor-type.ts';

/** Choices of a random test. */
export class Choices {
  readonly next: () => number;
  constructor(next: () => number) {
    this.next = next;
  }
  integer(low: number, high: number): number {
    return low + Math.floor(this.next() * (high - low + 1));
  }
  chance(probability: number): boolean {
    return this.next() < probability;
  }
  of<T>(values: readonly T[]): T {
    return values[Math.floor(this.next() * values.length)];
  }
}

/** A tensor in a buffer, row-major with optional gaps between rows; indices are affine forms or axis names. */
export interface Placed {
  readonly buffer: number;
  at(...index: (Affine | string)[]): Affine;
}

/** Collects the parts of a kernel under test. */
export class KernelMaker {
  readonly buffers: KernelBuffer[] = [];
  readonly axes: Axis[] = [];
  readonly stores: Store[] = [];

  /** The first dimension may be -1: its stride is then what the others fill. */
  tensor(name: string, shape: readonly number[], dtype: Dtype = 'f32', gap = 0): Placed {
    const strides: number[] = [];
    let stride: number = BYTES_PER_ELEMENT[dtype];
    for (let k = shape.length - 1; k >= 0; k--) {
      strides[k] = stride;
      stride *= Math.max(1, shape[k] + (k === shape.length - 1 ? gap : 0));
    }
    const buffer = this.buffers.push({ name, dtype }) - 1;
    return {
      buffer,
      at: (...index) =>
        index.reduce<Affine>(
          (sum, form, k) => addAffine(sum, scaleAffine(b.toIndex(form), strides[k])),
          affine({}),
        ),
    };
  }

  axis(name: string, extent: number): string {
    this.axes.push({ name, extent });
    return name;
  }

  store(target: Placed, index: (Affine | string)[], value: Expression, accumulate = false): void {
    this.stores.push({ buffer: target.buffer, address: target.at(...index), value, accumulate });
  }

  build(name: string, paddedAxes?: readonly string[]): Kernel {
    const { axes, buffers, stores } = this;
    return { name, axes, buffers, stores, ...(paddedAxes ? { paddedAxes } : {}) };
  }
}

export const read = (tensor: Placed, ...index: (Affine | string)[]): Expression =>
  b.load(tensor.buffer, [tensor.at(...index)]);
