import type { Histogram } from './event.ts';

const buckets = 30;

/** Values in 30 buckets of one width from the least to the largest, as `tf.summary.histogram` makes them. */
export function histogramOf(values: ArrayLike<number>): Histogram {
  let [min, max, sum, sumOfSquares] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0, 0];
  const count = values.length;
  for (let i = 0; i < count; i++) {
    const value = values[i]!;
    if (value < min) min = value;
    if (value > max) max = value;
    sum += value;
    sumOfSquares += value * value;
  }
  if (count === 0) return { min: 0, max: 0, count, sum, sumOfSquares, limits: [0], counts: [0] };
  if (min === max) return { min, max, count, sum, sumOfSquares, limits: [max], counts: [count] };
  const width = (max - min) / buckets;
  const counts = new Array<number>(buckets).fill(0);
  for (let i = 0; i < count; i++) counts[Math.min(buckets - 1, Math.floor((values[i]! - min) / width))]!++;
  const limits = counts.map((_, k) => (k === buckets - 1 ? max : min + width * (k + 1)));
  return { min, max, count, sum, sumOfSquares, limits, counts };
}
