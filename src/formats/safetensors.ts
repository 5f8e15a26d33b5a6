import { FormatError, InvalidArgumentError, showShape } from '../errors/index.ts';
import { isObject, type JsonObject, parseJson } from './json.ts';
import {
  arrayFromBytes,
  bytesOf,
  checkStoredArray,
  type StoredArray,
  type StoredDtype,
  statedElements,
  storedBytes,
} from './stored-array.ts';

/** Named arrays and text about them. */
export interface Safetensors {
  readonly tensors: ReadonlyMap<string, StoredArray>;
  readonly metadata: ReadonlyMap<string, string>;
}

export interface SafetensorsLimits {
  /** Most bytes of the header. Default 16 MiB. */
  readonly maxHeaderBytes?: number;
}

const defaultMaxHeaderBytes = 2 ** 24;
const lengthBytes = 8;
/** Data begin at a multiple of this, so that arrays in order of element size are aligned. */
const alignment = 8;
const metadataKey = '__metadata__';

const names: { readonly [K in StoredDtype]: string } = {
  bool: 'BOOL',
  u8: 'U8',
  i8: 'I8',
  u16: 'U16',
  i16: 'I16',
  u32: 'U32',
  i32: 'I32',
  u64: 'U64',
  i64: 'I64',
  f16: 'F16',
  bf16: 'BF16',
  f32: 'F32',
  f64: 'F64',
};
const dtypes: ReadonlyMap<unknown, StoredDtype> = new Map(
  Object.entries(names).map(([dtype, name]) => [name, dtype as StoredDtype]),
);

/**
 * Writes a safetensors file: the header's length in 8 bytes, a JSON header, the data
 * (https://huggingface.co/docs/safetensors). Arrays are sorted by element size, largest first, then by name, so
 * equal contents give equal bytes.
 * @param metadata text by key
 * @throws {InvalidArgumentError} for arrays whose data do not fit their shape or type
 */
export function encodeSafetensors(
  tensors: ReadonlyMap<string, StoredArray>,
  metadata: ReadonlyMap<string, string> = new Map(),
): Uint8Array {
  const compareNames = (a: string, b: string): number => (a < b ? -1 : Number(a > b));
  const sorted = [...tensors].sort(
    ([nameA, a], [nameB, b]) => storedBytes(b.dtype) - storedBytes(a.dtype) || compareNames(nameA, nameB),
  );
  const entries: [string, unknown][] = [];
  if (metadata.size > 0) {
    const texts = [...metadata].sort(([a], [b]) => compareNames(a, b));
    entries.push([metadataKey, Object.fromEntries(texts)]);
  }
  let end = 0;
  for (const [name, array] of sorted) {
    if (name === metadataKey)
      throw new InvalidArgumentError({ argument: 'tensors', expected: 'another name', received: name });
    checkStoredArray(array, `tensors["${name}"]`);
    const begin = end;
    end += array.data.byteLength;
    entries.push([name, { dtype: names[array.dtype], shape: array.shape, data_offsets: [begin, end] }]);
  }
  // Written entry by entry, since an object would put names that look like integers first.
  const json = `{${entries.map(([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value)}`).join(',')}}`;
  const text = new TextEncoder().encode(json);
  const headerBytes = Math.ceil(text.length / alignment) * alignment;
  const file = new Uint8Array(lengthBytes + headerBytes + end);
  new DataView(file.buffer).setBigUint64(0, BigInt(headerBytes), true);
  file.fill(0x20, lengthBytes, lengthBytes + headerBytes);
  file.set(text, lengthBytes);
  let offset = lengthBytes + headerBytes;
  for (const [, array] of sorted) {
    file.set(bytesOf(array), offset);
    offset += array.data.byteLength;
  }
  return file;
}

/**
 * Reads a safetensors file; its arrays are copies.
 * @param source names the file in errors
 * @throws {FormatError} unless the header is sound and the arrays fill the data without holes and overlaps
 */
export function decodeSafetensors(
  bytes: Uint8Array,
  source: string,
  limits: SafetensorsLimits = {},
): Safetensors {
  const fail = (problem: string): never => {
    throw new FormatError({ source, problem });
  };
  const { header, start } = readHeader(bytes, source, limits.maxHeaderBytes ?? defaultMaxHeaderBytes, fail);
  const data = bytes.subarray(start);
  const metadata = new Map<string, string>();
  const ranges: { name: string; dtype: StoredDtype; shape: number[]; begin: number; end: number }[] = [];
  for (const [name, entry] of Object.entries(header)) {
    if (!isObject(entry)) return fail(`its header entry "${name}" is no object`);
    if (name === metadataKey) {
      for (const [key, value] of Object.entries(entry)) {
        if (typeof value !== 'string') fail(`its metadata entry "${key}" is no text`);
        metadata.set(key, value as string);
      }
      continue;
    }
    const dtype = dtypes.get(entry.dtype);
    if (!dtype) return fail(`tensor "${name}" has the unknown element type ${JSON.stringify(entry.dtype)}`);
    const offsets = entry.data_offsets;
    if (!Array.isArray(offsets) || offsets.length !== 2 || !offsets.every(Number.isSafeInteger))
      return fail(`tensor "${name}" has no two offsets`);
    if (offsets[0] < 0 || offsets[1] < offsets[0] || offsets[1] > data.length)
      fail(
        `tensor "${name}" lies outside the ${data.length} bytes of data. The file is truncated, or its header is wrong`,
      );
    const elements = statedElements(entry.shape, data.length);
    if (elements === undefined) return fail(`tensor "${name}" has a shape that is wrong or too large`);
    const shape = entry.shape as number[];
    const [begin, end] = offsets as [number, number];
    const needed = elements * storedBytes(dtype);
    if (end - begin !== needed)
      fail(`tensor "${name}" of shape ${showShape(shape)} needs ${needed} bytes, but has ${end - begin}`);
    ranges.push({ name, dtype, shape, begin, end });
  }
  let covered = 0;
  for (const { name, begin, end } of ranges.toSorted((a, b) => a.begin - b.begin || a.end - b.end)) {
    if (begin !== covered)
      fail(`the data of tensor "${name}" ${begin < covered ? 'overlap' : 'follow a hole'}`);
    covered = end;
  }
  if (covered !== data.length) fail(`${data.length - covered} bytes at the end belong to no tensor`);
  const tensors = new Map(
    ranges.map(({ name, dtype, shape, begin, end }) => [
      name,
      arrayFromBytes(dtype, shape, data.subarray(begin, end)),
    ]),
  );
  return { tensors, metadata };
}

type Fail = (problem: string) => never;

function readHeader(
  bytes: Uint8Array,
  source: string,
  most: number,
  fail: Fail,
): { header: JsonObject; start: number } {
  if (bytes.length < lengthBytes) fail(`it ends after ${bytes.length} bytes, within the header's length`);
  const length = new DataView(bytes.buffer, bytes.byteOffset, lengthBytes).getBigUint64(0, true);
  if (length > BigInt(most))
    fail(
      `it is no safetensors file, or its header is too large: ${length} bytes are more than the limit of ${most}`,
    );
  const start = lengthBytes + Number(length);
  if (start > bytes.length) fail(`it is truncated: ${bytes.length} bytes, within the header`);
  // The format asks for this byte, so that no other JSON value and no white space can stand first.
  if (bytes[lengthBytes] !== 0x7b) fail('it is no safetensors file: the header does not begin with {');
  const header = parseJson(bytes.subarray(lengthBytes, start), `${source}, header`, { anyKeys: true });
  return { header, start };
}
