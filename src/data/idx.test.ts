import { gzipSync } from 'fflate';
import { describe, expect, test } from 'vitest';
import { FormatError } from '../errors/index.ts';
import { readIdx } from './idx.ts';
import { mutate, randomSource } from './mutations.test-support.ts';

function idx(type: number, extents: number[], body: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(4 + 4 * extents.length + body.length);
  const view = new DataView(bytes.buffer);
  bytes[2] = type;
  bytes[3] = extents.length;
  for (const [k, extent] of extents.entries()) view.setUint32(4 + 4 * k, extent);
  bytes.set(body, 4 + 4 * extents.length);
  return bytes;
}

const images = idx(
  0x08,
  [3, 2, 2],
  Uint8Array.from({ length: 12 }, (_, i) => i * 20),
);
const refused = (bytes: Uint8Array, message: string | RegExp, limits = {}): void => {
  expect(() => readIdx(bytes, 'a.idx', limits)).toThrow(FormatError);
  expect(() => readIdx(bytes, 'a.idx', limits)).toThrow(message);
  expect(() => readIdx(bytes, 'a.idx', limits)).toThrow('a.idx');
};

test('uint8, plain and gzip', () => {
  for (const bytes of [images, gzipSync(images)]) {
    const { dtype, shape, data } = readIdx(bytes, 'a.idx');
    expect(dtype).toBe('uint8');
    expect(shape).toEqual([3, 2, 2]);
    expect([...data]).toEqual([0, 20, 40, 60, 80, 100, 120, 140, 160, 180, 200, 220]);
  }
});

test('every element type, big-endian', () => {
  const body = new Uint8Array(16);
  const view = new DataView(body.buffer);
  view.setFloat64(0, -1.5);
  view.setFloat64(8, 2 ** 40);
  expect([...readIdx(idx(0x0e, [2], body), 'a').data]).toEqual([-1.5, 2 ** 40]);
  view.setFloat32(0, 0.25);
  expect(readIdx(idx(0x0d, [1, 1], body.slice(0, 4)), 'a').data).toEqual(Float32Array.of(0.25));
  view.setInt32(0, -70000);
  expect(readIdx(idx(0x0c, [1], body.slice(0, 4)), 'a').data).toEqual(Int32Array.of(-70000));
  view.setInt16(0, -300);
  expect(readIdx(idx(0x0b, [1], body.slice(0, 2)), 'a').data).toEqual(Int16Array.of(-300));
  expect(readIdx(idx(0x09, [2], Uint8Array.of(255, 3)), 'a').data).toEqual(Int8Array.of(-1, 3));
});

describe('bad files', () => {
  test('every truncation, plain and gzip', () => {
    for (const whole of [images, gzipSync(images)]) {
      for (let n = 0; n < whole.length; n++) refused(whole.subarray(0, n), /Cannot read a\.idx/);
    }
  });

  test('trailing bytes', () => refused(Uint8Array.of(...images, 0), 'trailing'));

  test('wrong magic, element type and rank', () => {
    refused(Uint8Array.of(1, 0, 8, 1, 0, 0, 0, 0), 'not an IDX file');
    refused(idx(0x07, [1], Uint8Array.of(0)), 'element type 0x07');
    refused(idx(0x08, [], new Uint8Array(1)), '0 dimensions');
    refused(idx(0x08, new Array<number>(9).fill(1), new Uint8Array(1)), '9 dimensions');
  });

  test('extents beyond the limit are refused before memory is taken', () => {
    const most = 2 ** 32 - 1;
    refused(idx(0x0e, new Array<number>(8).fill(most), new Uint8Array(8)), 'limit');
    refused(idx(0x0e, [2 ** 25], new Uint8Array(8)), 'truncated');
    refused(images, 'limit', { maxBytes: 20 });
  });

  test('gzip: a bomb, a wrong length, a wrong CRC', () => {
    const bomb = gzipSync(idx(0x08, [1 << 20], new Uint8Array(1 << 20)));
    refused(bomb, 'more than the limit of 1000', { maxBytes: 1000 });
    const huge = gzipSync(images);
    huge.fill(0x3f, -1);
    refused(huge, 'damaged');
    for (const at of [-8, -4]) {
      const wrong = gzipSync(images);
      wrong[wrong.length + at]! ^= 1;
      refused(wrong, 'damaged');
    }
  });

  test('three thousand mutations give an array or a FormatError', () => {
    const random = randomSource(20261);
    for (let k = 0; k < 3000; k++) {
      const bytes = mutate(k % 2 ? images : gzipSync(images), random);
      try {
        const { shape, data } = readIdx(bytes, 'a.idx', { maxBytes: 1 << 20 });
        expect(data.length).toBe(shape.reduce((a, b) => a * b, 1));
      } catch (error) {
        expect(error, `seed 20261, case ${k}`).toBeInstanceOf(FormatError);
      }
    }
  });
});
