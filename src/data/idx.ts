import { FormatError } from '../errors/index.ts';
import { gunzip, isGzip } from './gzip.ts';

/** Element types of IDX, named by what they are read into. */
export type IdxDtype = 'uint8' | 'int8' | 'int16' | 'int32' | 'float32' | 'float64';

/** What an IDX file holds, row-major. */
export interface IdxArray {
  readonly dtype: IdxDtype;
  readonly shape: readonly number[];
  readonly data: Uint8Array | Int8Array | Int16Array | Int32Array | Float32Array | Float64Array;
}

export interface IdxLimits {
  /** Most bytes of the unpacked file. Default 1 GiB. */
  readonly maxBytes?: number;
}

interface ElementType {
  readonly dtype: IdxDtype;
  readonly bytes: number;
  /** `undefined` where bytes are elements already. */
  readonly read?: (view: DataView, offset: number) => number;
  readonly make: (length: number) => IdxArray['data'];
}

const elementTypes: ReadonlyMap<number, ElementType> = new Map<number, ElementType>([
  [0x08, { dtype: 'uint8', bytes: 1, make: (n) => new Uint8Array(n) }],
  [0x09, { dtype: 'int8', bytes: 1, make: (n) => new Int8Array(n), read: (v, o) => v.getInt8(o) }],
  [0x0b, { dtype: 'int16', bytes: 2, make: (n) => new Int16Array(n), read: (v, o) => v.getInt16(o) }],
  [0x0c, { dtype: 'int32', bytes: 4, make: (n) => new Int32Array(n), read: (v, o) => v.getInt32(o) }],
  [0x0d, { dtype: 'float32', bytes: 4, make: (n) => new Float32Array(n), read: (v, o) => v.getFloat32(o) }],
  [0x0e, { dtype: 'float64', bytes: 8, make: (n) => new Float64Array(n), read: (v, o) => v.getFloat64(o) }],
]);

const defaultMaxBytes = 2 ** 30;
const mostDimensions = 8;

/**
 * Reads an IDX file: two zero bytes, the element type, the number of dimensions, each extent as a big-endian
 * 32-bit number, the elements big-endian (http://yann.lecun.com/exdb/mnist/). Plain or gzip, told by its first
 * bytes. `uint8` data are a view of the plain bytes, so do not change those afterwards.
 * @param source names the file in errors
 * @throws {FormatError} unless every byte is accounted for
 */
export function readIdx(bytes: Uint8Array, source: string, limits: IdxLimits = {}): IdxArray {
  const maxBytes = limits.maxBytes ?? defaultMaxBytes;
  const file = isGzip(bytes) ? gunzip(bytes, source, maxBytes) : bytes;
  const fail = (problem: string, advice?: string): never => {
    throw new FormatError({ source, problem, advice });
  };
  if (file.length > maxBytes) fail(`it has ${file.length} bytes, more than the limit of ${maxBytes}`);
  if (file.length < 4) fail(`it ends after ${file.length} bytes, within the header`);
  if (file[0] !== 0 || file[1] !== 0)
    fail('it is not an IDX file: the first two bytes are not zero', 'Expected an IDX file, plain or gzip');
  const element = elementTypes.get(file[2]!);
  if (!element) return fail(`the IDX element type 0x${file[2]!.toString(16).padStart(2, '0')} is unknown`);
  const rank = file[3]!;
  if (rank < 1 || rank > mostDimensions)
    fail(`it says that it has ${rank} dimensions, where 1 to ${mostDimensions} are allowed`);
  const start = 4 + 4 * rank;
  if (file.length < start) fail(`it ends after ${file.length} bytes, within the header`);

  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const shape = Array.from({ length: rank }, (_, k) => view.getUint32(4 + 4 * k));
  // Extents are below 2^32, so a product that overflows the limit is still a finite double.
  const elements = shape.reduce((product, extent) => product * extent, 1);
  const expected = elements * element.bytes;
  const present = file.length - start;
  if (expected > maxBytes)
    fail(`its extents [${shape.join(', ')}] need more than the limit of ${maxBytes} bytes`);
  if (present !== expected)
    fail(
      `its extents [${shape.join(', ')}] need ${expected} bytes of data, but ${present} follow the header`,
      present < expected ? 'The file is truncated' : 'The file has trailing bytes',
    );
  if (!element.read) {
    // A plain Uint8Array even of a Buffer, whose `slice` would share memory.
    const data = new Uint8Array(file.buffer, file.byteOffset + start, expected);
    return { dtype: element.dtype, shape, data };
  }
  const data = element.make(elements);
  for (let i = 0, offset = start; i < elements; i++, offset += element.bytes)
    data[i] = element.read(view, offset);
  return { dtype: element.dtype, shape, data };
}
