import { InvalidArgumentError, showShape } from '../errors/index.ts';

/** Element types that files store; all but `bool` and the 16-bit floats are those of a typed array. */
export type StoredDtype =
  | 'bool'
  | 'u8'
  | 'i8'
  | 'u16'
  | 'i16'
  | 'u32'
  | 'i32'
  | 'u64'
  | 'i64'
  | 'f16'
  | 'bf16'
  | 'f32'
  | 'f64';

export type StoredData =
  | Uint8Array
  | Int8Array
  | Uint16Array
  | Int16Array
  | Uint32Array
  | Int32Array
  | BigUint64Array
  | BigInt64Array
  | Float32Array
  | Float64Array;

/** An array as a file holds it, row-major. `bool` is 0 or 1 in bytes; 16-bit floats are their bits. */
export interface StoredArray {
  readonly dtype: StoredDtype;
  readonly shape: readonly number[];
  readonly data: StoredData;
}

/** Any of the typed arrays that stored data use. */
export interface StoredConstructor {
  new (length: number): StoredData;
  new (buffer: ArrayBufferLike, byteOffset: number, length: number): StoredData;
  readonly BYTES_PER_ELEMENT: number;
}

/** The typed array of each element type. */
export const storedArrays: { readonly [K in StoredDtype]: StoredConstructor } = {
  bool: Uint8Array,
  u8: Uint8Array,
  i8: Int8Array,
  u16: Uint16Array,
  i16: Int16Array,
  u32: Uint32Array,
  i32: Int32Array,
  u64: BigUint64Array,
  i64: BigInt64Array,
  f16: Uint16Array,
  bf16: Uint16Array,
  f32: Float32Array,
  f64: Float64Array,
};

/** Bytes of one element. */
export const storedBytes = (dtype: StoredDtype): number => storedArrays[dtype].BYTES_PER_ELEMENT;

const mostRank = 32;

/**
 * Elements of a shape that a file states, or undefined unless it is an array of at most 32 counts whose product is
 * at most `most`.
 */
export function statedElements(shape: unknown, most: number): number | undefined {
  if (!Array.isArray(shape) || shape.length > mostRank) return undefined;
  if (!shape.every((extent) => Number.isSafeInteger(extent) && extent >= 0)) return undefined;
  if (shape.includes(0)) return 0;
  let elements = 1;
  for (const extent of shape as number[]) {
    elements *= extent;
    if (elements > most) return undefined;
  }
  return elements;
}

/** A copy of little-endian bytes as an array; there must be exactly as many as the shape needs. */
export function arrayFromBytes(dtype: StoredDtype, shape: readonly number[], bytes: Uint8Array): StoredArray {
  // Not `slice`, which shares memory where the bytes are a Buffer.
  const copy = new Uint8Array(bytes);
  const data = new storedArrays[dtype](copy.buffer, 0, copy.length / storedBytes(dtype));
  return { dtype, shape: [...shape], data };
}

/** The bytes of an array's data, little-endian, without a copy. */
export const bytesOf = ({ data }: StoredArray): Uint8Array =>
  new Uint8Array(data.buffer, data.byteOffset, data.byteLength);

/**
 * Refuses an array whose data are of another type than its `dtype` says or of another size than its `shape` needs.
 * @param argument names the array in errors
 * @throws {InvalidArgumentError}
 */
export function checkStoredArray(array: StoredArray, argument: string): void {
  const { dtype, shape, data } = array;
  const container = Object.hasOwn(storedArrays, dtype) ? storedArrays[dtype] : undefined;
  if (!container || !(data instanceof container))
    throw new InvalidArgumentError({
      argument,
      expected: `data of one of the element types ${Object.keys(storedArrays).join(', ')}`,
      received: data,
    });
  if (statedElements(shape, Number.MAX_SAFE_INTEGER) !== data.length)
    throw new InvalidArgumentError({
      argument,
      expected: `a shape of ${data.length} elements`,
      received: showShape(shape),
    });
}

/** The array's values as float32: exact for f16, bf16 and f32, rounded for the others. */
export function toFloat32(array: StoredArray): Float32Array {
  const { dtype, data } = array;
  if (data instanceof Float32Array) return data;
  if (dtype === 'f16') return Float32Array.from(data as Uint16Array, halfToNumber);
  if (dtype === 'bf16') {
    const bits = Uint32Array.from(data as Uint16Array, (half) => half << 16);
    return new Float32Array(bits.buffer);
  }
  return Float32Array.from(data as ArrayLike<number | bigint>, Number);
}

/** IEEE 754 binary16: 1 sign bit, 5 of the exponent (bias 15), 10 of the fraction. */
function halfToNumber(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0x1f) return fraction ? Number.NaN : sign * Infinity;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  return sign * (1024 + fraction) * 2 ** (exponent - 25);
}
