import { encode } from 'fast-png';

/** A picture: gray, in colour, or numbers of a palette. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  /** A byte a pixel, or three: red, green and blue. */
  readonly data: Uint8Array;
  /** Red, green, blue and, if given, opacity of each number. */
  readonly palette?: readonly (readonly number[])[];
}

/** The picture as a PNG in a `data:` address. */
export function dataUri({ width, height, data, palette }: Picture): string {
  const image = {
    width,
    height,
    data,
    depth: 8 as const,
    channels: data.length / (width * height),
    palette: palette?.map((colour) => [...colour]),
  };
  return `data:image/png;base64,${base64(encode(image, { zlib: { level: 9 } }))}`;
}

function base64(bytes: Uint8Array): string {
  let text = '';
  for (let k = 0; k < bytes.length; k += 0x2000)
    text += String.fromCharCode(...bytes.subarray(k, k + 0x2000));
  return btoa(text);
}

/** 256 colours between stops, in equal steps of red, green and blue. */
export function ramp(stops: readonly (readonly number[])[]): number[][] {
  return Array.from({ length: 256 }, (_, k) => {
    const at = (k / 255) * (stops.length - 1);
    const left = Math.min(Math.floor(at), stops.length - 2);
    return stops[left]!.map((from, c) => Math.round(from + (at - left) * (stops[left + 1]![c]! - from)));
  });
}

/** Lowest and highest of numbers that are finite; [0, 0] where there is none. */
export function range(values: ArrayLike<number>): [low: number, high: number] {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let k = 0; k < values.length; k++) {
    const x = values[k]!;
    if (!Number.isFinite(x)) continue;
    if (x < low) low = x;
    if (x > high) high = x;
  }
  return low > high ? [0, 0] : [low, high];
}

/** A number between `low` and `high` as a byte; what is no number is 0. */
export const byteBetween = (x: number, low: number, high: number): number =>
  high > low && x > low ? Math.round(255 * Math.min(1, (x - low) / (high - low))) : 0;
