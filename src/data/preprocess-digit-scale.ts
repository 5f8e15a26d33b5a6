/** One channel, row after row. */
export interface Plane {
  readonly width: number;
  readonly height: number;
  readonly values: Float64Array;
}

/**
 * Scales a plane, rows and columns one after the other: where it shrinks, each pixel is the mean of the area that it
 * covers; where it grows, values between pixels are interpolated linearly.
 */
export function resampled(plane: Plane, width: number, height: number): Plane {
  const rows = alongRows(plane, weightsOf(plane.width, width));
  return transposed(alongRows(transposed(rows), weightsOf(plane.height, height)));
}

/** What goes into one new pixel: from which old one on, and how much of each. */
interface Weights {
  readonly first: number;
  readonly shares: readonly number[];
}

const weightsOf = (from: number, to: number): Weights[] =>
  Array.from({ length: to }, (_, k) => (to < from ? areaShares(k, from, to) : linearShares(k, from, to)));

function areaShares(k: number, from: number, to: number): Weights {
  const [start, end] = [(k * from) / to, ((k + 1) * from) / to];
  const first = Math.floor(start);
  const last = Math.min(from, Math.ceil(end));
  const shares = Array.from({ length: last - first }, (_, p) => {
    const pixel = first + p;
    return Math.max(0, Math.min(end, pixel + 1) - Math.max(start, pixel)) / (end - start);
  });
  return { first, shares };
}

function linearShares(k: number, from: number, to: number): Weights {
  const place = Math.min(from - 1, Math.max(0, ((k + 0.5) * from) / to - 0.5));
  const first = Math.min(Math.floor(place), Math.max(0, from - 2));
  const share = place - first;
  return { first, shares: from === 1 ? [1] : [1 - share, share] };
}

function alongRows({ width, height, values }: Plane, weights: readonly Weights[]): Plane {
  const result = new Float64Array(weights.length * height);
  for (let i = 0; i < height; i++) {
    for (const [j, { first, shares }] of weights.entries()) {
      let sum = 0;
      for (const [p, share] of shares.entries()) sum += share * values[i * width + first + p]!;
      result[i * weights.length + j] = sum;
    }
  }
  return { width: weights.length, height, values: result };
}

function transposed({ width, height, values }: Plane): Plane {
  const result = new Float64Array(values.length);
  for (let i = 0; i < height; i++)
    for (let j = 0; j < width; j++) result[j * height + i] = values[i * width + j]!;
  return { width: height, height: width, values: result };
}
