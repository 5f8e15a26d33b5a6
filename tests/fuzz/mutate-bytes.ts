import { mutate, mutateInPlace } from '../../src/data/mutations.test-support.ts';
import { pick, type RandomSource } from './random.ts';

type Bytes = Uint8Array<ArrayBuffer>;

/** A damaged copy: bits and bytes, cuts, fields that look like lengths, pieces of another file of the kind. */
export function mutateBytes(bytes: Uint8Array, other: Uint8Array, random: RandomSource): Bytes {
  let result = new Uint8Array(bytes);
  for (let count = 1 + random(3); count > 0; count--) {
    const kind = random(8);
    if (kind < 3) result = writeNumber(result, random);
    else if (kind === 3) result = splice(result, other, random);
    else if (kind === 4) result = repeat(result, random);
    else if (kind < 7) result = new Uint8Array(mutateInPlace(result, random));
    else result = new Uint8Array(mutate(result, random));
  }
  return result;
}

/** Numbers on whose edges readers of lengths fail. */
const telling = (length: number): readonly bigint[] => [
  0n,
  1n,
  0x7fn,
  0xffn,
  0x7fffn,
  0xffffn,
  0x10000n,
  0x7fffffffn,
  0x80000000n,
  0xfffffff0n,
  0xffffffffn,
  0x100000000n,
  2n ** 53n,
  2n ** 63n - 1n,
  2n ** 64n - 1n,
  BigInt(length),
  BigInt(length + 1),
  BigInt(Math.max(0, length - 1)),
];

/** Writes a telling number of 2, 4 or 8 bytes in either order, mostly where headers and trailers are. */
function writeNumber(bytes: Bytes, random: RandomSource): Bytes {
  const width = pick([2, 4, 4, 8], random);
  if (bytes.length < width) return bytes;
  const places = bytes.length - width + 1;
  const near = Math.min(places, 128);
  const place = [random(places), random(near), places - 1 - random(near)][random(3)]!;
  const view = new DataView(bytes.buffer);
  const value = BigInt.asUintN(8 * width, pick(telling(bytes.length), random));
  const little = random(2) === 0;
  if (width === 2) view.setUint16(place, Number(value), little);
  else if (width === 4) view.setUint32(place, Number(value), little);
  else view.setBigUint64(place, value, little);
  return bytes;
}

/** The start of one file and the end of another, or a piece of another in the middle. */
function splice(bytes: Bytes, other: Uint8Array, random: RandomSource): Bytes {
  if (bytes.length === 0 || other.length === 0) return bytes;
  const at = random(bytes.length);
  const from = random(other.length);
  if (random(2)) return joined(bytes.subarray(0, at), other.subarray(from));
  const piece = other.subarray(from, from + 1 + random(64));
  bytes.set(piece.subarray(0, bytes.length - at), at);
  return bytes;
}

/** A piece of the file several times. */
function repeat(bytes: Bytes, random: RandomSource): Bytes {
  if (bytes.length === 0 || bytes.length > 2 ** 20) return bytes;
  const at = random(bytes.length);
  const piece = bytes.subarray(at, at + 1 + random(256));
  const copies = Array.from({ length: 1 + random(4) }, () => piece);
  return joined(bytes.subarray(0, at), ...copies, bytes.subarray(at));
}

/** The pieces one behind the other. */
export function joined(...pieces: readonly Uint8Array[]): Bytes {
  const all = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let offset = 0;
  for (const piece of pieces) {
    all.set(piece, offset);
    offset += piece.length;
  }
  return all;
}
