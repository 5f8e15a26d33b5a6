/** How elements are stored. A load of `i32` or `u8` gives their float32 value (exact below 2^24). */
export type Dtype = 'f32' | 'i32' | 'u8';

/** Bytes of one element. */
export const BYTES_PER_ELEMENT: { readonly [K in Dtype]: number } = { f32: 4, i32: 4, u8: 1 };

/**
 * Type of a tensor. The batch axis never stands in `shape`: a batched tensor has one tensor of `shape` a
 * sample, so that the batch is the only runtime symbol and every other extent a constant.
 */
export interface TensorType {
  readonly dtype: Dtype;
  readonly shape: readonly number[];
  readonly batched: boolean;
}

/** Elements a sample (or in all, where the tensor has no batch). */
export const elementCount = (shape: readonly number[]): number =>
  shape.reduce((product, n) => product * n, 1);

/** Row-major strides in elements. */
export function rowMajorStrides(shape: readonly number[]): number[] {
  const strides: number[] = new Array(shape.length);
  let stride = 1;
  for (let k = shape.length - 1; k >= 0; k--) {
    strides[k] = stride;
    stride *= shape[k]!;
  }
  return strides;
}
