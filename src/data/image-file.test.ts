import { encode } from 'fast-png';
import { zlibSync } from 'fflate';
import jpeg from 'jpeg-js';
import { describe, expect, test } from 'vitest';
import { isAtrousError } from '../errors/index.ts';
import { crc32 } from './crc32.ts';
import { decodeImage } from './image-file.ts';
import { decodeJpeg } from './image-jpeg.ts';
import { mutate, randomSource } from './mutations.test-support.ts';
import { pngSignature } from './png-chunks.ts';

const ramp = (length: number): Uint8Array => Uint8Array.from({ length }, (_, k) => (k * 37) % 256);

function chunk(type: string, data: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(12 + data.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, data.length);
  bytes.set(new TextEncoder().encode(type), 4);
  bytes.set(data, 8);
  view.setUint32(8 + data.length, crc32(bytes.subarray(4, 8 + data.length)));
  return bytes;
}

interface Header {
  readonly width: number;
  readonly height: number;
  readonly depth: number;
  readonly colour: number;
  readonly interlace?: number;
}

/** A PNG file from its parts: rows with their filter bytes, and chunks before them. */
function png(header: Header, rows: Uint8Array, before: readonly Uint8Array[] = []): Uint8Array {
  return pngOf(header, zlibSync(rows), before);
}

function pngOf(header: Header, compressed: Uint8Array, before: readonly Uint8Array[]): Uint8Array {
  const data = new Uint8Array(13);
  const view = new DataView(data.buffer);
  view.setUint32(0, header.width);
  view.setUint32(4, header.height);
  data.set([header.depth, header.colour, 0, 0, header.interlace ?? 0], 8);
  return Uint8Array.from([
    ...pngSignature,
    ...chunk('IHDR', data),
    ...before.flatMap((each) => [...each]),
    ...chunk('IDAT', compressed),
    ...chunk('IEND', new Uint8Array()),
  ]);
}

describe('PNG', () => {
  test.each([1, 2, 3, 4] as const)('bytes of %i channels come back as they are', async (channels) => {
    const data = ramp(5 * 3 * channels);
    for (const interlace of ['null', 'Adam7'] as const) {
      const file = encode({ width: 5, height: 3, data, channels, depth: 8 }, { interlace });
      expect(await decodeImage(file, 'a.png')).toEqual({ width: 5, height: 3, channels, data });
    }
  });

  test('16 bits are rounded to the nearest byte', async () => {
    const data = Uint16Array.of(0, 128, 129, 65535, 32768, 257);
    const file = encode({ width: 6, height: 1, data, channels: 1, depth: 16 });
    expect((await decodeImage(file, 'a.png')).data).toEqual(Uint8Array.of(0, 0, 1, 255, 128, 1));
  });

  test.each([
    [1, [0b10110000], [255, 0, 255, 255]],
    [2, [0b00_01_10_11], [0, 85, 170, 255]],
    [4, [0x0f, 0x93], [0, 255, 153, 51]],
  ])('grey of %i bits spreads over all bytes', async (depth, row, expected) => {
    const rows = Uint8Array.from([0, ...row, 0, ...row]);
    const image = await decodeImage(png({ width: 4, height: 2, depth, colour: 0 }, rows), 'a.png');
    expect(image.channels).toBe(1);
    expect([...image.data]).toEqual([...expected, ...expected]);
  });

  test('palettes become colours, with their transparency', async () => {
    const palette = chunk('PLTE', Uint8Array.of(10, 20, 30, 40, 50, 60, 70, 80, 90));
    const header = { width: 3, height: 1, depth: 2, colour: 3 };
    const rows = Uint8Array.of(0, 0b10_00_01_00);
    const plain = await decodeImage(png(header, rows, [palette]), 'a.png');
    expect(plain).toMatchObject({ channels: 3, data: Uint8Array.of(70, 80, 90, 10, 20, 30, 40, 50, 60) });
    const clear = await decodeImage(png(header, rows, [palette, chunk('tRNS', Uint8Array.of(7))]), 'a.png');
    expect(clear).toMatchObject({
      channels: 4,
      data: Uint8Array.of(70, 80, 90, 255, 10, 20, 30, 7, 40, 50, 60, 255),
    });
    const missing = png(header, Uint8Array.of(0, 0b11_00_00_00), [palette]);
    await expect(decodeImage(missing, 'a.png')).rejects.toThrow('the palette has no colour 3');
  });

  test('a transparent colour becomes a channel', async () => {
    const file = png({ width: 2, height: 1, depth: 8, colour: 0 }, Uint8Array.of(0, 9, 8), [
      chunk('tRNS', Uint8Array.of(0, 9)),
    ]);
    expect(await decodeImage(file, 'a.png')).toMatchObject({
      channels: 2,
      data: Uint8Array.of(9, 0, 8, 255),
    });
  });

  test.each([
    [
      'fewer pixels than it says',
      png({ width: 9, height: 9, depth: 8, colour: 0 }, new Uint8Array(20)),
      'missing',
    ],
    [
      'more pixels than it says',
      png({ width: 2, height: 2, depth: 8, colour: 0 }, new Uint8Array(2 ** 24)),
      'unpack to more',
    ],
    [
      'more pixels than the limit',
      png({ width: 2 ** 20, height: 2 ** 20, depth: 8, colour: 0 }, new Uint8Array(9)),
      '1048576 x 1048576 pixels, more than the limit',
    ],
    ['no depth', png({ width: 1, height: 1, depth: 3, colour: 0 }, new Uint8Array(2)), 'colour type 0'],
    ['no colour', png({ width: 1, height: 1, depth: 8, colour: 5 }, new Uint8Array(2)), 'colour type 5'],
    ['no width', png({ width: 0, height: 1, depth: 8, colour: 0 }, new Uint8Array(2)), '0 x 1 pixels'],
    ['an unknown filter', png({ width: 1, height: 1, depth: 8, colour: 0 }, Uint8Array.of(7, 0)), 'damaged'],
    ['a header only', pngSignature, 'end before'],
    ['text', new TextEncoder().encode('GIF89a, or something else'), 'neither those of a PNG'],
    ['nothing', new Uint8Array(), 'neither those of a PNG'],
  ])('%s is refused', async (_, bytes, sentence) => {
    const refused = decodeImage(bytes, 'a.png');
    await expect(refused).rejects.toThrow(sentence);
    await expect(refused).rejects.toMatchObject({ code: 'format', source: 'a.png' });
  });

  test('interlaced rows of bits are refused as not supported', async () => {
    const file = png({ width: 1, height: 1, depth: 1, colour: 0, interlace: 1 }, new Uint8Array(2));
    await expect(decodeImage(file, 'a.png')).rejects.toMatchObject({ code: 'unsupported' });
  });
});

describe('JPEG', () => {
  const size = { width: 16, height: 8 };
  const pixels = Uint8Array.from({ length: 16 * 8 * 4 }, (_, k) =>
    k % 4 === 3 ? 255 : k % 64 < 32 ? 40 : 220,
  );
  const file = new Uint8Array(jpeg.encode({ ...size, data: pixels }, 95).data);

  test('is decoded to colours near those that were encoded', async () => {
    const image = await decodeImage(file, 'a.jpg');
    expect(image).toMatchObject({ ...size, channels: 3 });
    const differences = Array.from(image.data, (value, k) =>
      Math.abs(value - pixels[4 * Math.floor(k / 3) + (k % 3)]!),
    );
    expect(Math.max(...differences)).toBeLessThan(12);
  });

  test('says how to install its decoder where it is missing', async () => {
    const missing = async (): Promise<never> => {
      const { UnsupportedError } = await import('../errors/index.ts');
      throw new UnsupportedError({ feature: 'Reading JPEG' });
    };
    await expect(decodeJpeg(file, 'a.jpg', 1e6, missing)).rejects.toMatchObject({ code: 'unsupported' });
  });

  test('is refused beyond the limit, and where it is damaged', async () => {
    await expect(decodeImage(file, 'a.jpg', { maxPixels: 100 })).rejects.toThrow(
      'Cannot read a.jpg: it says that it has 16 x 8 pixels, more than the limit of 100.',
    );
    await expect(decodeImage(file.subarray(0, 20), 'a.jpg')).rejects.toMatchObject({ code: 'format' });
  });
});

const seed = 20261124;
test(`damaged files give typed errors or pictures of the stated size (seed ${seed})`, async () => {
  const random = randomSource(seed);
  const data = ramp(12 * 12 * 3);
  const opaque = Uint8Array.from({ length: 12 * 12 * 4 }, (_, k) => (k * 11) % 256);
  const files = [
    encode({ width: 12, height: 12, data, channels: 3, depth: 8 }),
    encode({ width: 12, height: 12, data, channels: 3, depth: 8 }, { interlace: 'Adam7' }),
    new Uint8Array(jpeg.encode({ width: 12, height: 12, data: opaque }, 80).data),
  ];
  let refused = 0;
  for (let round = 0; round < 3000; round++) {
    const bytes = mutate(files[round % files.length]!, random);
    try {
      const image = await decodeImage(bytes, 'damaged', { maxPixels: 2 ** 16 });
      expect(image.data).toHaveLength(image.width * image.height * image.channels);
    } catch (error) {
      if (!isAtrousError(error)) throw error;
      refused++;
    }
  }
  expect(refused).toBeGreaterThan(1000);
});

test(`damaged contents under right CRCs do as well (seed ${seed})`, async () => {
  const random = randomSource(seed + 1);
  const rows = Uint8Array.from({ length: 8 * 40 }, (_, k) => (k % 40 === 0 ? random(5) : random(256)));
  const compressed = zlibSync(rows);
  let refused = 0;
  for (let round = 0; round < 3000; round++) {
    const header = {
      width: 1 + random(16),
      height: 1 + random(16),
      depth: [1, 2, 4, 8, 8, 8, 16][random(7)]!,
      colour: [0, 2, 3, 4, 6][random(5)]!,
      interlace: random(2),
    };
    const before = [chunk('PLTE', ramp(random(30))), chunk('tRNS', ramp(random(8)))].slice(random(3));
    const contents = random(2) ? mutate(compressed, random) : compressed;
    try {
      const image = await decodeImage(pngOf(header, contents, before), 'damaged');
      expect(image.data).toHaveLength(image.width * image.height * image.channels);
    } catch (error) {
      if (!isAtrousError(error)) throw error;
      refused++;
    }
  }
  expect(refused).toBeGreaterThan(1000);
});
