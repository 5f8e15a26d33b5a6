import type { Plane } from './preprocess-digit-scale.ts';

/** Bytes of one channel, row after row. */
export interface GreyPicture {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}

interface Picture {
  readonly width: number;
  readonly height: number;
  readonly channels: number;
  readonly data: ArrayLike<number>;
}

/**
 * Luma of ITU-R BT.601 over white. White ink on a transparent ground would vanish over white: where all that shows is
 * white, transparency shows black.
 */
export function greyOf(picture: Picture): GreyPicture {
  const overWhite = greyOver(picture, 255);
  const hasAlpha = picture.channels === 2 || picture.channels === 4;
  const data = hasAlpha && overWhite.every((value) => value === 255) ? greyOver(picture, 0) : overWhite;
  return { width: picture.width, height: picture.height, data };
}

function greyOver({ width, height, channels, data }: Picture, ground: number): Uint8Array {
  const grey = new Uint8Array(width * height);
  const coloured = channels >= 3;
  const hasAlpha = channels % 2 === 0;
  for (let k = 0, at = 0; k < grey.length; k++, at += channels) {
    const luma = coloured ? 299 * data[at]! + 587 * data[at + 1]! + 114 * data[at + 2]! : 1000 * data[at]!;
    const alpha = hasAlpha ? data[at + channels - 1]! : 255;
    grey[k] = Math.round((luma * alpha + 1000 * ground * (255 - alpha)) / 255_000);
  }
  return grey;
}

/** Differences from the paper below this many levels are no ink, whatever else the picture shows. */
const leastContrast = 24;
/** How many median deviations of the margin count as paper: for normal noise nearly five standard deviations. */
const noiseDeviations = 7;
/** Share of the ink that is as dark as ink gets. */
const darkestShare = 0.25;

/**
 * The ink of a picture from 0 to 255, 0 for paper; undefined where there is none. Paper is the median of the margin.
 * Ink is darker or lighter than that, whichever has the greater sum of squares. What varies no more than the margin
 * does is paper too.
 */
export function inkOf(picture: GreyPicture): Plane | undefined {
  const margin = marginOf(picture);
  const paper = median(margin);
  const noise = median(margin.map((value) => Math.abs(value - paper)));
  const counts = histogram(picture.data);
  const energy = (sign: number): number =>
    counts.reduce((sum, count, level) => {
      const difference = sign * (level - paper);
      return difference > 0 ? sum + count * difference * difference : sum;
    }, 0);
  const sign = energy(1) > energy(-1) ? 1 : -1;
  const differences = histogram(picture.data.map((level) => Math.max(0, sign * (level - paper))));
  const most = differences.findLastIndex((count) => count > 0);
  if (most < leastContrast) return undefined;
  const threshold = betweenClasses(differences);
  const floor = Math.min(noiseDeviations * noise, threshold);
  const full = quantileAbove(differences, threshold, 1 - darkestShare);
  const values = Float64Array.from(picture.data, (level) => {
    const difference = sign * (level - paper);
    return difference > floor ? Math.min(255, (255 * difference) / full) : 0;
  });
  return { width: picture.width, height: picture.height, values };
}

/** The outermost pixels, a twentieth of the shorter side deep. */
function marginOf({ width, height, data }: GreyPicture): Uint8Array {
  const depth = Math.max(1, Math.floor(Math.min(width, height) / 20));
  return data.filter((_, k) => {
    const [i, j] = [Math.floor(k / width), k % width];
    return Math.min(i, j, height - 1 - i, width - 1 - j) < depth;
  });
}

const median = (values: Uint8Array): number => values.toSorted()[values.length >> 1]!;

function histogram(data: Uint8Array): number[] {
  const counts = new Array<number>(256).fill(0);
  for (const value of data) counts[value]!++;
  return counts;
}

/**
 * The level that parts the pixels best into two classes: the variance between them is greatest (N. Otsu: A threshold
 * selection method from gray-level histograms, 1979).
 */
function betweenClasses(counts: readonly number[]): number {
  const pixels = counts.reduce((sum, count) => sum + count, 0);
  const total = counts.reduce((sum, count, level) => sum + count * level, 0);
  let [best, level, below, sumBelow] = [-1, 0, 0, 0];
  for (const [k, count] of counts.entries()) {
    below += count;
    sumBelow += count * k;
    const above = pixels - below;
    if (below === 0 || above === 0) continue;
    const variance = below * above * (sumBelow / below - (total - sumBelow) / above) ** 2;
    if (variance > best) [best, level] = [variance, k];
  }
  return level;
}

/** The level that this share of the pixels above `threshold` does not exceed. */
function quantileAbove(counts: readonly number[], threshold: number, share: number): number {
  const above = counts.map((count, level) => (level > threshold ? count : 0));
  let left = share * above.reduce((sum, count) => sum + count, 0);
  return above.findIndex((count) => {
    left -= count;
    return count > 0 && left <= 0;
  });
}
