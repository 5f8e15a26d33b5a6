import type { LayerValues } from './layer-values.ts';
import { byteBetween, type Picture, ramp, range } from './picture.ts';

/** All maps of a layer in one picture. */
export interface MapPicture {
  readonly picture: Picture;
  /** Maps that are drawn, and that there are. */
  readonly shown: number;
  readonly count: number;
  readonly lowest: number;
  readonly highest: number;
  /** True where negative numbers have a colour of their own. */
  readonly signed: boolean;
}

const mapsPerRow = 8;
const valuesPerRow = 16;
const mostMaps = 64;
const mostValues = 512;
const largestSide = 56;
const longestSeries = 240;
const leastSeriesRows = 48;

/** Dark to bright, even in brightness and readable by all eyes (after matplotlib's inferno). */
const positive = ramp([
  [0, 0, 4],
  [40, 11, 84],
  [101, 21, 110],
  [159, 42, 99],
  [212, 72, 66],
  [245, 125, 21],
  [250, 193, 39],
  [252, 255, 164],
]);
/** Negative orange, zero near black, positive blue. */
const bothSigns = ramp([
  [255, 190, 110],
  [213, 94, 0],
  [24, 24, 28],
  [0, 114, 178],
  [150, 215, 255],
]);
const transparent = [0, 0, 0, 0];
const opaque = (colours: readonly (readonly number[])[]): number[][] => [
  transparent,
  ...colours.slice(1).map((colour) => [...colour, 255]),
];
const positivePalette = opaque(positive);
const signedPalette = opaque(bothSigns);

/**
 * The maps of a layer beside each other, all on one scale: images a channel, rows a channel of a series, squares a
 * value of a vector. Volumes show their middle slice.
 * @param mostPixels pixels that the picture may have, so that a large network does not make a large report
 */
export function mapPicture({ values, shape }: LayerValues, mostPixels: number): MapPicture {
  const [lowest, highest] = range(values);
  const signed = lowest < 0;
  const most = Math.max(-lowest, highest);
  const index = (x: number): number =>
    1 + Math.round((254 * (signed ? byteBetween(x, -most, most) : byteBetween(x, 0, most))) / 255);
  const drawn = drawMaps(values, shape, index, mostPixels);
  return {
    ...drawn,
    lowest,
    highest,
    signed,
    picture: { ...drawn.picture, palette: signed ? signedPalette : positivePalette },
  };
}

type Drawn = Pick<MapPicture, 'picture' | 'shown' | 'count'>;
type Index = (x: number) => number;

function drawMaps(
  values: ArrayLike<number>,
  shape: readonly number[],
  index: Index,
  mostPixels: number,
): Drawn {
  if (shape.length >= 3) return drawImages(values, shape, index, mostPixels);
  return shape.length === 2
    ? drawSeries(values, shape as [number, number], index)
    : drawVector(values, index);
}

function drawImages(
  values: ArrayLike<number>,
  shape: readonly number[],
  index: Index,
  mostPixels: number,
): Drawn {
  const [height, width, count] = shape.slice(-3) as [number, number, number];
  const slice = shape.length > 3 ? Math.floor(values.length / (height * width * count) / 2) : 0;
  const factor = Math.ceil(Math.max(height, width) / largestSide);
  const [rows, columns] = [Math.ceil(height / factor), Math.ceil(width / factor)];
  const shown = Math.max(1, Math.min(count, mostMaps, Math.floor(mostPixels / (rows * columns))));
  const perRow = Math.min(mapsPerRow, shown);
  const wide = perRow * (columns + 1) - 1;
  const tall = Math.ceil(shown / perRow) * (rows + 1) - 1;
  const data = new Uint8Array(wide * tall);
  for (let c = 0; c < shown; c++)
    for (let y = 0; y < rows; y++)
      for (let x = 0; x < columns; x++) {
        let [sum, found] = [0, 0];
        for (let v = y * factor; v < Math.min(height, (y + 1) * factor); v++)
          for (let u = x * factor; u < Math.min(width, (x + 1) * factor); u++) {
            sum += values[((slice * height + v) * width + u) * count + c]!;
            found++;
          }
        const [top, left] = [Math.floor(c / perRow) * (rows + 1), (c % perRow) * (columns + 1)];
        data[(top + y) * wide + left + x] = index(sum / found);
      }
  return { picture: { width: wide, height: tall, data }, shown, count };
}

function drawSeries(
  values: ArrayLike<number>,
  [length, count]: readonly [number, number],
  index: Index,
): Drawn {
  const step = Math.ceil(length / longestSeries);
  const columns = Math.ceil(length / step);
  const shown = Math.min(count, mostMaps);
  const each = Math.max(1, Math.floor(leastSeriesRows / shown));
  const data = new Uint8Array(columns * shown * each);
  for (let c = 0; c < shown; c++)
    for (let x = 0; x < columns; x++) {
      let [sum, found] = [0, 0];
      for (let i = x * step; i < Math.min(length, (x + 1) * step); i++) {
        sum += values[i * count + c]!;
        found++;
      }
      for (let row = 0; row < each; row++) data[(c * each + row) * columns + x] = index(sum / found);
    }
  return { picture: { width: columns, height: shown * each, data }, shown, count };
}

function drawVector(values: ArrayLike<number>, index: Index): Drawn {
  const shown = Math.min(values.length, mostValues);
  const perRow = Math.min(valuesPerRow, shown);
  const rows = Math.ceil(shown / perRow);
  const data = new Uint8Array(perRow * rows);
  for (let k = 0; k < shown; k++) data[k] = index(values[k]!);
  return { picture: { width: perRow, height: rows, data }, shown, count: values.length };
}
