/** Integers from 0 to below `bound`. */
export type RandomSource = (bound: number) => number;

/** A small seeded generator (xorshift, Marsaglia 2003) for tests and fuzzing; nothing else may draw from it. */
export function randomSource(seed: number): RandomSource {
  let state = Math.imul(seed, 0x9e3779b1) | 1;
  return (bound) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % bound;
  };
}

const telling = [0, 1, 0x7f, 0x80, 0xff, 0x22, 0x2e, 0x2f, 0x5c, 0x7b, 0x7d];

/** A damaged copy of a file: one to four of cutting, growing, flipping bits, telling bytes, copying and removing pieces. */
export function mutate(bytes: Uint8Array, random: RandomSource): Uint8Array {
  let result = new Uint8Array(bytes);
  for (let count = 1 + random(4); count > 0; count--)
    result = random(8) < 3 ? resize(result, random) : overwrite(result, random);
  return result;
}

/** A damaged copy of the same length, for formats that check their length first. */
export function mutateInPlace(bytes: Uint8Array, random: RandomSource): Uint8Array {
  const result = new Uint8Array(bytes);
  for (let count = 1 + random(4); count > 0; count--) overwrite(result, random);
  return result;
}

/** Half of the places are in the first 64 bytes, where headers are. */
const place = (length: number, random: RandomSource): number =>
  random(2) ? random(Math.min(length, 64)) : random(length);

function resize(bytes: Uint8Array<ArrayBuffer>, random: RandomSource): Uint8Array<ArrayBuffer> {
  if (bytes.length === 0) return Uint8Array.of(random(256));
  const at = place(bytes.length, random);
  const kind = random(3);
  if (kind === 0) return bytes.slice(0, random(bytes.length));
  if (kind === 1) return Uint8Array.of(...bytes.subarray(0, at), random(256), ...bytes.subarray(at));
  return Uint8Array.of(...bytes.subarray(0, at), ...bytes.subarray(at + 1 + random(16)));
}

function overwrite(bytes: Uint8Array<ArrayBuffer>, random: RandomSource): Uint8Array<ArrayBuffer> {
  if (bytes.length === 0) return bytes;
  const at = place(bytes.length, random);
  const kind = random(5);
  const from = random(bytes.length);
  if (kind === 0) bytes.copyWithin(at, from, from + 1 + random(32));
  else if (kind === 1) bytes.fill(telling[random(telling.length)]!, at, at + 1 + random(8));
  else if (kind === 2) bytes[at] = telling[random(telling.length)]!;
  else if (kind === 3) bytes[at] = random(256);
  else bytes[at]! ^= 1 << random(8);
  return bytes;
}
