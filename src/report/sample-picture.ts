import type { Html } from './html.ts';
import { html } from './html.ts';
import type { SampleValues } from './options.ts';
import { byteBetween, dataUri, type Picture, range } from './picture.ts';
import type { Draw } from './plot.ts';

const largestSide = 96;

/** The shape of an image of a sample, or undefined where it is none. */
export function imageShape(
  sample: SampleValues,
  pictureShape: readonly number[] | undefined,
): readonly [height: number, width: number, channels: number] | undefined {
  const shape = pictureShape ?? sample.shape;
  const elements = shape.reduce((product, n) => product * n, 1);
  if (shape.length !== 3 || elements !== sample.values.length) return undefined;
  return shape as readonly number[] as readonly [number, number, number];
}

/** A sample as an image: gray, or in colour where it has three channels; of other counts their mean. */
export function samplePicture(
  sample: SampleValues,
  [height, width, channels]: readonly [number, number, number],
): Picture {
  const shown = channels === 3 ? 3 : 1;
  const factor = Math.ceil(Math.max(height, width) / largestSide);
  const [rows, columns] = [Math.ceil(height / factor), Math.ceil(width / factor)];
  const means = new Float32Array(rows * columns * shown);
  for (let y = 0; y < rows; y++)
    for (let x = 0; x < columns; x++)
      for (let c = 0; c < shown; c++) {
        let [sum, count] = [0, 0];
        for (let v = y * factor; v < Math.min(height, (y + 1) * factor); v++)
          for (let u = x * factor; u < Math.min(width, (x + 1) * factor); u++)
            for (let k = c; k < channels; k += shown === 3 ? channels : 1) {
              sum += sample.values[(v * width + u) * channels + k]!;
              count++;
            }
        means[(y * columns + x) * shown + c] = sum / count;
      }
  const [low, high] = isByteImage(sample.values) ? [0, 255] : range(sample.values);
  const data = Uint8Array.from(means, (x) => byteBetween(x, low, high));
  return { width: columns, height: rows, data };
}

const isByteImage = (values: ArrayLike<number>): boolean => values instanceof Uint8Array;

/** A sample as something to look at: an image, a curve, or nothing where it is neither. */
export function sampleFigure(
  sample: SampleValues,
  pictureShape: readonly number[] | undefined,
  alt: string,
  draw: Draw,
): Html | undefined {
  const shape = imageShape(sample, pictureShape);
  if (shape) {
    const picture = samplePicture(sample, shape);
    return html`<img class="pixels" src="${dataUri(picture)}" width="${picture.width}" height="${picture.height}" alt="${alt}">`;
  }
  return sample.shape.length === 2 ? curve(sample, alt, draw) : undefined;
}

const mostPoints = 200;

/** The mean of the channels along a series, in at most 200 steps. */
export function seriesOf({ values, shape }: SampleValues): { readonly at: number; readonly value: number }[] {
  const [length, channels] = shape as [number, number];
  const step = Math.ceil(length / mostPoints);
  return Array.from({ length: Math.ceil(length / step) }, (_, k) => {
    let [sum, count] = [0, 0];
    for (let i = k * step * channels; i < Math.min(length, (k + 1) * step) * channels; i++) {
      sum += values[i]!;
      count++;
    }
    return { at: k * step, value: sum / count };
  });
}

const curve = (sample: SampleValues, alt: string, draw: Draw): Html =>
  draw(alt, (plot) => ({
    width: 120,
    height: 60,
    margin: 2,
    axis: null,
    marks: [plot.lineY(seriesOf(sample), { x: 'at', y: 'value', stroke: 'currentColor', strokeWidth: 1 })],
  }));
