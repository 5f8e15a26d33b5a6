import { gunzipSync, gzipSync, zipSync, zlibSync } from 'fflate';
import { crc32 } from '../../src/data/crc32.ts';
import { openZip } from '../../src/formats/zip.ts';
import { joined, mutateBytes } from './mutate-bytes.ts';
import { mutateJson } from './mutate-json.ts';
import { pick, type RandomSource } from './random.ts';

/** Makes a damaged file from a valid one and a second of the same kind. */
export type Mutator = (bytes: Uint8Array, other: Uint8Array, random: RandomSource) => Uint8Array;

const encoder = new TextEncoder();
const decoder = new TextDecoder();

const superblockBytes = 96;

/** Two of three cases leave the start of an HDF5 file alone, without which nothing of it is read. */
export const hdf5Mutator: Mutator = (bytes, other, random) => {
  if (random(3) === 0) return mutateBytes(bytes, other, random);
  const rest = mutateBytes(bytes.subarray(superblockBytes), other.subarray(superblockBytes), random);
  return joined(bytes.subarray(0, superblockBytes), rest);
};

/** Half of the cases damage the file as it is, half what a valid frame holds. */
const orFrame =
  (inside: Mutator): Mutator =>
  (bytes, other, random) =>
    random(2) ? mutateBytes(bytes, other, random) : inside(bytes, other, random);

/** What is packed is damaged, packed again, and sometimes the trailer lies. */
export const gzipMutator = (inner: Mutator = mutateBytes): Mutator =>
  orFrame((bytes, other, random) => {
    const packed = gzipSync(inner(gunzipSync(bytes), gunzipSync(other), random), { mtime: 0 });
    if (random(4) === 0)
      new DataView(packed.buffer, packed.byteOffset).setUint32(packed.length - 4, random(2 ** 31) * 2, true);
    return packed;
  });

/** Extents and the bytes behind them. */
export const idxMutator: Mutator = orFrame((bytes, other, random) => {
  const rank = 1 + random(9);
  const header = new Uint8Array(4 + 4 * rank);
  const view = new DataView(header.buffer);
  header.set([0, 0, pick([8, 8, 9, 0xb, 0xc, 0xd, 0xe, 0xa], random), rank]);
  for (let k = 0; k < rank; k++)
    view.setUint32(4 + 4 * k, pick([0, 1, 2, 3, 2 ** 16, 2 ** 31, 2 ** 32 - 1], random));
  return joined(header, (random(2) ? bytes : other).subarray(0, random(64)));
});

const headerWords = [
  "'descr'",
  "'shape'",
  "'fortran_order'",
  'True',
  'False',
  '(',
  ')',
  ',',
  ': ',
  "'<f4'",
  "'|O'",
  "'<U9999999'",
  "[('a', '<f4')]",
  '-1',
  '0',
  '1',
  '99999999999',
  '9999999999999999999',
  '{',
  '}',
  '__import__("os")',
  '# ',
];

/** The dictionary in the header of a .npy file, with the length that it then has. */
export const npyMutator: Mutator = orFrame((bytes, other, random) => {
  const start = 10 + new DataView(bytes.buffer, bytes.byteOffset).getUint16(8, true);
  const parts = decoder
    .decode(bytes.subarray(10, start))
    .trimEnd()
    .split(/(?<=[,:(){}])|(?=[,:(){}])/);
  for (let count = 1 + random(3); count > 0; count--) {
    const at = random(parts.length);
    const kind = random(3);
    if (kind === 0) parts.splice(at, 1 + random(2));
    else if (kind === 1) parts.splice(at, 0, pick(headerWords, random));
    else parts[at] = pick(headerWords, random);
  }
  if (random(20) === 0) parts.push('('.repeat(30_000));
  const text = encoder.encode(`${parts.join('')}\n`);
  const length = new Uint8Array(2);
  new DataView(length.buffer).setUint16(0, text.length, true);
  const data = (random(2) ? bytes : other).subarray(start);
  return joined(bytes.subarray(0, 8), length, text, data.subarray(0, random(data.length + 1)));
});

/** The JSON header of a safetensors file, with the length that it then has; texts in it may hold JSON themselves. */
export const safetensorsMutator = (inner?: string): Mutator =>
  orFrame((bytes, other, random) => {
    const start = 8 + Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true));
    let header = decoder.decode(bytes.subarray(8, start));
    if (inner !== undefined && random(4) > 0) {
      const parsed = JSON.parse(header) as { __metadata__: Record<string, string> };
      parsed.__metadata__[inner] = mutateJson(parsed.__metadata__[inner]!, random);
      header = JSON.stringify(parsed);
    } else header = mutateJson(header, random);
    const text = encoder.encode(header);
    const length = new Uint8Array(8);
    new DataView(length.buffer).setBigUint64(0, BigInt(text.length), true);
    const data = bytes.subarray(start);
    return joined(length, text, random(4) ? data : mutateBytes(data, other, random));
  });

const memberNames = [
  '../x',
  '/etc/x',
  'a\\b',
  'C:x',
  '__proto__',
  'a/../b',
  '.',
  'x'.repeat(2000),
  'a/',
  'é',
  'constructor',
];

const standIn = '~~proto~~';

function renamed(bytes: Uint8Array, from: string, to: string): Uint8Array {
  const file = Buffer.from(bytes);
  for (let at = file.indexOf(from); at >= 0; at = file.indexOf(from, at + 1)) file.write(to, at);
  return new Uint8Array(file);
}

/** Members of a zip archive, damaged each by its own kind, packed again stored or deflated. */
export const zipMutator = (inside: (name: string) => Mutator): Mutator =>
  orFrame((bytes, other, random) => {
    const own = openZip(bytes, 'own');
    const second = openZip(other, 'other');
    const members = new Map(own.names.map((name) => [name, own.read(name)]));
    const name = pick(own.names, random);
    const kind = random(10);
    if (kind === 0) members.delete(name);
    else if (kind === 1) members.set(pick(memberNames, random), members.get(name)!);
    else if (kind === 2 && second.names.includes(name)) members.set(name, second.read(name));
    else {
      const before = members.get(name)!;
      members.set(
        name,
        inside(name)(before, second.names.includes(name) ? second.read(name) : before, random),
      );
    }
    // fflate cannot pack a member of the name __proto__: it gets that name afterwards.
    const files = Object.fromEntries(
      [...members].map(([key, value]) => [key === '__proto__' ? standIn : key, value]),
    );
    const packed = zipSync(files, { level: random(3) ? 0 : 6, mtime: new Date(1980, 0, 1, 12) });
    return members.has('__proto__') ? renamed(packed, standIn, '__proto__') : packed;
  });

export const jsonMutator: Mutator = (bytes, other, random) =>
  random(5) ? encoder.encode(mutateJson(decoder.decode(bytes), random)) : mutateBytes(bytes, other, random);

/** Chunks of a PNG file, their CRCs right again. */
export const pngMutator: Mutator = orFrame((bytes, other, random) => {
  const chunks = chunksOf(bytes);
  for (let count = 1 + random(2); count > 0; count--) {
    const at = random(chunks.length);
    const chunk = chunks[at]!;
    const kind = random(9);
    if (kind === 0) chunks.splice(at, 1);
    else if (kind === 1) chunks.splice(random(chunks.length), 0, chunk);
    else if (kind === 2) chunks[at] = pick(chunksOf(other), random);
    else if (kind === 3 && chunk.type === 'IDAT')
      chunks[at] = { ...chunk, data: zlibSync(new Uint8Array(pick([0, 1, 100, 70_000, 2 ** 20], random))) };
    else if (chunk.type === 'IHDR') chunks[at] = { ...chunk, data: changedHeader(chunk.data, random) };
    else chunks[at] = { ...chunk, data: mutateBytes(chunk.data, other, random) };
    if (chunks.length === 0) break;
  }
  return joined(bytes.subarray(0, 8), ...chunks.map(chunkBytes));
});

interface Chunk {
  readonly type: string;
  readonly data: Uint8Array;
}

function chunksOf(bytes: Uint8Array): Chunk[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const chunks: Chunk[] = [];
  for (let at = 8; at + 12 <= bytes.length; ) {
    const length = view.getUint32(at);
    chunks.push({
      type: decoder.decode(bytes.subarray(at + 4, at + 8)),
      data: bytes.slice(at + 8, at + 8 + length),
    });
    at += 12 + length;
  }
  return chunks;
}

function chunkBytes({ type, data }: Chunk): Uint8Array {
  const body = joined(encoder.encode(type), data);
  const frame = new Uint8Array(8);
  const view = new DataView(frame.buffer);
  view.setUint32(0, data.length);
  view.setUint32(4, crc32(body));
  return joined(frame.subarray(0, 4), body, frame.subarray(4));
}

/** Extents, depth, colour and interlacing of any kind. */
function changedHeader(data: Uint8Array, random: RandomSource): Uint8Array {
  const header = new Uint8Array(data);
  const view = new DataView(header.buffer);
  const kind = random(3);
  if (kind === 0)
    view.setUint32(4 * random(2), pick([0, 1, 5, 4000, 2 ** 16, 2 ** 31 - 1, 2 ** 32 - 1], random));
  else if (kind === 1) header.set([pick([1, 2, 4, 8, 16, 3], random), pick([0, 2, 3, 4, 6, 1], random)], 8);
  else header[10 + random(3)] = pick([0, 1, 2], random);
  return header;
}
