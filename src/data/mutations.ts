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
  for (let count = 1 + random(4); count > 0; count--) result = mutateOnce(result, random);
  return result;
}

function mutateOnce(bytes: Uint8Array<ArrayBuffer>, random: RandomSource): Uint8Array<ArrayBuffer> {
  const { length } = bytes;
  if (length === 0) return Uint8Array.of(random(256));
  // Half of the places are in the first 64 bytes, where headers are.
  const place = random(2) ? random(Math.min(length, 64)) : random(length);
  switch (random(8)) {
    case 0:
      return bytes.slice(0, random(length));
    case 1:
      return Uint8Array.of(...bytes.subarray(0, place), random(256), ...bytes.subarray(place));
    case 2:
      return Uint8Array.of(...bytes.subarray(0, place), ...bytes.subarray(place + 1 + random(16)));
    case 3: {
      const from = random(length);
      bytes.copyWithin(place, from, from + 1 + random(32));
      return bytes;
    }
    case 4:
      bytes.fill(telling[random(telling.length)]!, place, place + 1 + random(8));
      return bytes;
    case 5:
      bytes[place] = telling[random(telling.length)]!;
      return bytes;
    case 6:
      bytes[place] = random(256);
      return bytes;
    default:
      bytes[place]! ^= 1 << random(8);
      return bytes;
  }
}
