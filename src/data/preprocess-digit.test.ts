import { describe, expect, test } from 'vitest';
import { mnist } from './node-mnist.ts';
import { type DigitPicture, preprocessDigit } from './preprocess-digit.ts';
import { resampled } from './preprocess-digit-scale.ts';

type Ink = (x: number, y: number) => boolean;

/** A picture of `ink` in grey levels, of some size and number of channels. */
function drawn(
  ink: Ink,
  options: { size?: readonly [number, number]; paper?: number; pen?: number; channels?: 1 | 3 | 4 } = {},
): DigitPicture & { readonly data: Uint8Array } {
  const { size = [120, 160], paper = 255, pen = 0, channels = 1 } = options;
  const [width, height] = size;
  const data = Uint8Array.from({ length: width * height * channels }, (_, at) => {
    const k = Math.floor(at / channels);
    if (channels === 4 && at % 4 === 3) return 255;
    return ink(k % width, Math.floor(k / width)) ? pen : paper;
  });
  return { width, height, channels, data };
}

/** A seven in 70 x 100 pixels, its corner at (x, y). */
const seven =
  (x: number, y: number, scale = 1): Ink =>
  (px, py) => {
    const [u, v] = [(px - x) / scale, (py - y) / scale];
    if (u < 0 || v < 0 || u >= 70 || v >= 100) return false;
    return v < 14 || Math.abs(u - (64 - 0.5 * v)) < 7;
  };

const usual = preprocessDigit(drawn(seven(20, 30)));
const pixels = (picture: DigitPicture): Uint8Array => preprocessDigit(picture).data as Uint8Array;
const worst = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
  Math.max(...Array.from(a, (value, k) => Math.abs(value - b[k]!)));

describe('a drawn digit', () => {
  test('is 20 pixels high, in the middle, light on black', () => {
    expect(usual.shape).toEqual([1, 28, 28, 1]);
    expect(usual.dtype).toBe('u8');
    const rows = Array.from({ length: 28 }, (_, i) => Math.max(...usual.data.subarray(28 * i, 28 * i + 28)));
    expect(rows.filter((value) => value > 0)).toHaveLength(20);
    expect(Math.max(...rows)).toBe(255);
    let [sum, x, y] = [0, 0, 0];
    for (const [k, value] of usual.data.entries()) {
      sum += value;
      x += value * (k % 28);
      y += value * Math.floor(k / 28);
    }
    expect(Math.abs(x / sum - 14)).toBeLessThanOrEqual(0.5);
    expect(Math.abs(y / sum - 14)).toBeLessThanOrEqual(0.5);
  });

  test.each<[string, DigitPicture]>([
    ['light ink on dark paper', drawn(seven(20, 30), { paper: 0, pen: 255 })],
    ['grey ink on grey paper', drawn(seven(20, 30), { paper: 180, pen: 90 })],
    ['another place', drawn(seven(45, 55))],
    ['red, green, blue', drawn(seven(20, 30), { channels: 3 })],
    ['red, green, blue and alpha', drawn(seven(20, 30), { channels: 4 })],
  ])('%s gives the same', (_, picture) => {
    expect(worst(pixels(picture), usual.data)).toBeLessThanOrEqual(1);
  });

  test('another size gives nearly the same', () => {
    const large = pixels(drawn(seven(100, 60, 5), { size: [600, 700] }));
    const mean = large.reduce((sum, value, k) => sum + Math.abs(value - usual.data[k]!), 0) / 784;
    expect(mean).toBeLessThan(6);
  });

  test('alpha shows white paper, or black where all ink is white', () => {
    const mask = drawn(seven(20, 30), { pen: 255, paper: 0 });
    for (const ink of [0, 255]) {
      const data = Uint8Array.from({ length: mask.data.length * 4 }, (_, at) =>
        at % 4 === 3 ? mask.data[Math.floor(at / 4)]! : ink,
      );
      expect(worst(pixels({ width: 120, height: 160, data }), usual.data)).toBeLessThanOrEqual(1);
    }
  });

  test('noise of the paper is not taken for ink', () => {
    const clean = drawn(seven(20, 30), { paper: 200, pen: 60 });
    let state = 7;
    const noisy = clean.data.map((value) => {
      state = (Math.imul(state, 1103515245) + 12345) >>> 0;
      return value + ((state >>> 16) % 11) - 5;
    });
    expect(worst(pixels({ ...clean, data: noisy }), usual.data)).toBeLessThan(40);
  });

  test('a line of one pixel in a large picture does not fade', () => {
    const line = pixels(drawn((x, y) => x === 100 && y > 50 && y < 350, { size: [400, 400] }));
    expect(line.filter((value) => value === 255).length).toBeGreaterThanOrEqual(20);
  });
});

test('images of MNIST come back nearly as they are', async () => {
  const { test: images } = await mnist();
  const all = images.inputs[0]!.data as Uint8Array;
  let sum = 0;
  const count = 500;
  for (let n = 0; n < count; n++) {
    const data = all.subarray(n * 784, (n + 1) * 784);
    const again = pixels({ width: 28, height: 28, channels: 1, data });
    sum += again.reduce((total, value, k) => total + Math.abs(value - data[k]!), 0) / 784;
  }
  expect(sum / count).toBeLessThan(0.6);
});

describe('what is refused', () => {
  test.each([
    ['white', drawn(() => false)],
    ['transparent', { width: 9, height: 9, data: new Uint8Array(9 * 9 * 4) }],
    ['one pixel', { width: 1, height: 1, channels: 1, data: Uint8Array.of(7) }],
    ['faint', drawn(seven(20, 30), { paper: 200, pen: 190 })],
  ])('a picture that is %s has no ink', (_, picture) => {
    expect(() => preprocessDigit(picture)).toThrow('Cannot use the picture: nothing in it differs enough');
  });

  test.each([
    [undefined, 'picture in preprocessDigit. Expected an object with width'],
    [{ width: 0, height: 2, data: new Uint8Array() }, 'picture.width'],
    [{ width: 2, height: 2, data: [0, 0, 0, 0] }, 'picture.data'],
    [{ width: 2, height: 2, data: new Uint8Array(4) }, 'Expected 16 bytes for 2 x 2 x 4'],
    [{ width: 2, height: 2, channels: 5, data: new Uint8Array(20) }, 'picture.channels'],
  ])('%#: what is no picture', (picture, sentence) => {
    expect(() => preprocessDigit(picture as DigitPicture)).toThrow(sentence);
  });
});

describe('scaling', () => {
  const plane = (width: number, height: number, values: readonly number[]) => ({
    width,
    height,
    values: Float64Array.from(values),
  });

  test('takes means over areas where it shrinks', () => {
    expect([...resampled(plane(4, 2, [0, 4, 8, 0, 4, 0, 0, 0]), 2, 1).values]).toEqual([2, 2]);
    const [first, second] = resampled(plane(3, 1, [3, 6, 9]), 2, 1).values;
    expect(first).toBeCloseTo((3 + 6 / 2) / 1.5, 12);
    expect(second).toBeCloseTo((9 + 6 / 2) / 1.5, 12);
  });

  test('interpolates where it grows, and keeps what has the size already', () => {
    expect([...resampled(plane(2, 1, [0, 4]), 4, 1).values]).toEqual([0, 1, 3, 4]);
    expect([...resampled(plane(1, 1, [5]), 2, 2).values]).toEqual([5, 5, 5, 5]);
    expect([...resampled(plane(2, 2, [1, 2, 3, 4]), 2, 2).values]).toEqual([1, 2, 3, 4]);
  });
});
