import { FormatError } from '../errors/index.ts';
import { parseNpyHeader } from './npy-header.ts';
import {
  arrayFromBytes,
  bytesOf,
  checkStoredArray,
  type StoredArray,
  type StoredDtype,
  statedElements,
  storedArrays,
  storedBytes,
  toFloat32,
} from './stored-array.ts';

export interface NpyLimits {
  /** Most bytes of the array's data. Default 4 GiB. */
  readonly maxBytes?: number;
}

type NpyDtype = Exclude<StoredDtype, 'bf16'>;
const descriptors: { readonly [K in NpyDtype]: string } = {
  bool: '|b1',
  u8: '|u1',
  i8: '|i1',
  u16: '<u2',
  i16: '<i2',
  u32: '<u4',
  i32: '<i4',
  u64: '<u8',
  i64: '<i8',
  f16: '<f2',
  f32: '<f4',
  f64: '<f8',
};
const dtypes: ReadonlyMap<string, NpyDtype> = new Map(
  Object.entries(descriptors).map(([dtype, descriptor]) => [descriptor.slice(1), dtype as NpyDtype]),
);

const magic = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59]; // \x93NUMPY
const defaultMaxBytes = 2 ** 32;
const mostHeaderBytes = 2 ** 16;
const alignment = 64;

/**
 * Writes NumPy's .npy format, version 1.0, little-endian, in C order
 * (https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html). NumPy lacks bfloat16: such arrays are
 * written as the float32 that equal them.
 * @throws {InvalidArgumentError} for data that do not fit their shape or type
 */
export function encodeNpy(array: StoredArray): Uint8Array {
  checkStoredArray(array, 'array');
  const { shape, dtype } = array;
  if (dtype === 'bf16') return encodeNpy({ dtype: 'f32', shape, data: toFloat32(array) });
  const tuple = shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(', ')})`;
  const text = `{'descr': '${descriptors[dtype]}', 'fortran_order': False, 'shape': ${tuple}, }`;
  const before = magic.length + 4;
  const start = Math.ceil((before + text.length + 1) / alignment) * alignment;
  const file = new Uint8Array(start + array.data.byteLength).fill(0x20, before, start);
  file.set(magic);
  file[6] = 1;
  new DataView(file.buffer).setUint16(8, start - before, true);
  file.set(new TextEncoder().encode(text), before);
  file[start - 1] = 0x0a;
  file.set(bytesOf(array), start);
  return file;
}

/**
 * Reads NumPy's .npy format, versions 1.0 to 3.0, either byte order, C or Fortran order; the result is row-major.
 * @param source names the file in errors
 * @throws {FormatError} also for objects, structures, strings, complex numbers and dates
 */
export function decodeNpy(bytes: Uint8Array, source: string, limits: NpyLimits = {}): StoredArray {
  const fail = (problem: string): never => {
    throw new FormatError({ source, problem });
  };
  if (bytes.length < magic.length + 4) fail(`it ends after ${bytes.length} bytes, within the header`);
  if (magic.some((byte, k) => bytes[k] !== byte)) fail('it is no .npy file');
  const version = bytes[6]!;
  if (version < 1 || version > 3) fail(`version ${version} of the .npy format is unknown`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const lengthBytes = version === 1 ? 2 : 4;
  const before = magic.length + 2 + lengthBytes;
  if (bytes.length < before) fail(`it ends after ${bytes.length} bytes, within the header`);
  const headerBytes = version === 1 ? view.getUint16(8, true) : view.getUint32(8, true);
  if (headerBytes > mostHeaderBytes)
    fail(`its header would have ${headerBytes} bytes, more than the limit of ${mostHeaderBytes}`);
  const start = before + headerBytes;
  if (start > bytes.length) fail('it is truncated within the header');
  const header = parseNpyHeader(new TextDecoder('latin1').decode(bytes.subarray(before, start)));
  if (typeof header === 'string') return fail(header);
  const { descr, fortranOrder, shape } = header;
  const dtype = /^[<>|=]/.test(descr) ? dtypes.get(descr.slice(1)) : undefined;
  if (!dtype) return fail(`the element type "${descr.slice(0, 40)}" is not supported`);
  const maxBytes = limits.maxBytes ?? defaultMaxBytes;
  const elements = statedElements(shape, Math.floor(maxBytes / storedBytes(dtype)));
  if (elements === undefined)
    return fail(`its shape is wrong or needs more than the limit of ${maxBytes} bytes`);
  const needed = elements * storedBytes(dtype);
  if (bytes.length - start !== needed)
    fail(`its shape (${shape.join(', ')}) needs ${needed} bytes of data, but ${bytes.length - start} follow`);
  const array = arrayFromBytes(dtype, shape, bytes.subarray(start));
  if (descr[0] === '>') swapBytes(bytesOf(array), storedBytes(dtype));
  return fortranOrder && shape.length > 1 ? toRowMajor(array) : array;
}

function swapBytes(bytes: Uint8Array, size: number): void {
  for (let k = 0; k < bytes.length; k += size) bytes.subarray(k, k + size).reverse();
}

/** From the order in which the first index runs fastest to that in which the last does. */
function toRowMajor({ dtype, shape, data }: StoredArray): StoredArray {
  const to = new storedArrays[dtype](data.length);
  const rank = shape.length;
  const index = new Array<number>(rank).fill(0);
  const strides = shape.map((_, k) => shape.slice(0, k).reduce((product, extent) => product * extent, 1));
  let from = 0;
  for (let k = 0; k < data.length; k++) {
    to[k] = data[from]!;
    for (let axis = rank - 1; axis >= 0; axis--) {
      index[axis]!++;
      from += strides[axis]!;
      if (index[axis]! < shape[axis]!) break;
      from -= index[axis]! * strides[axis]!;
      index[axis] = 0;
    }
  }
  return { dtype, shape, data: to };
}
