import { zipSync } from 'fflate';
import { describe, expect, test } from 'vitest';
import { mutate, randomSource } from '../data/mutations.test-support.ts';
import { FormatError } from '../errors/index.ts';
import { decodeNpy, encodeNpy } from './npy.ts';
import { decodeNpz, encodeNpz } from './npz.ts';
import { type StoredArray, type StoredDtype, storedArrays } from './stored-array.ts';

/** A .npy file of version 1 (or 2) with any header text. */
function npy(header: string, data: ArrayLike<number>, version = 1): Uint8Array {
  const length =
    version === 1
      ? [header.length & 255, header.length >> 8]
      : [header.length & 255, header.length >> 8, 0, 0];
  const text = Array.from(header, (letter) => letter.charCodeAt(0));
  return Uint8Array.of(0x93, 78, 85, 77, 80, 89, version, 0, ...length, ...text, ...Array.from(data));
}
const header = (descr: string, order: string, shape: string): string =>
  `{'descr': '${descr}', 'fortran_order': ${order}, 'shape': ${shape}, }\n`;
const example: StoredArray = { dtype: 'f32', shape: [2, 3], data: Float32Array.of(1, 2, 3, 4, 5, 6) };

test('every type and rank makes the round trip', () => {
  for (const dtype of Object.keys(storedArrays) as StoredDtype[]) {
    if (dtype === 'bf16') continue;
    for (const shape of [[], [4], [2, 2], [1, 0, 3]]) {
      const data = new storedArrays[dtype](shape.reduce((a, b) => a * b, 1));
      new Uint8Array(data.buffer).fill(1);
      expect(decodeNpy(encodeNpy({ dtype, shape, data }), 'a')).toEqual({ dtype, shape, data });
    }
  }
  const brain: StoredArray = { dtype: 'bf16', shape: [1], data: Uint16Array.of(0x3f80) };
  expect(decodeNpy(encodeNpy(brain), 'a')).toEqual({ dtype: 'f32', shape: [1], data: Float32Array.of(1) });
});

test('the header is the one that NumPy writes', () => {
  const bytes = encodeNpy(example);
  const text = `{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }`;
  expect(bytes).toEqual(
    npy(`${text.padEnd(128 - 10 - 1)}\n`, new Uint8Array(Float32Array.of(1, 2, 3, 4, 5, 6).buffer)),
  );
  expect(bytes.length).toBe(128 + 24);
  expect(new TextDecoder('latin1').decode(encodeNpy({ ...example, shape: [6] }))).toContain(
    "'shape': (6,), }",
  );
});

test('versions, big-endian, other spellings', () => {
  const expected = { dtype: 'i16', shape: [2], data: Int16Array.of(258, -1) };
  expect(decodeNpy(npy(header('<i2', 'False', '(2,)'), [2, 1, 255, 255]), 'a')).toEqual(expected);
  expect(decodeNpy(npy(header('>i2', 'False', '(2,)'), [1, 2, 255, 255], 2), 'a')).toEqual(expected);
  expect(
    decodeNpy(npy(`{"shape":(2L,),"fortran_order":True,"descr":"<i2"}`, [2, 1, 255, 255], 3), 'a'),
  ).toEqual(expected);
});

test('Fortran order becomes row-major', () => {
  const columns = npy(header('|u1', 'True', '(2, 3)'), [1, 4, 2, 5, 3, 6]);
  expect([...(decodeNpy(columns, 'a').data as Uint8Array)]).toEqual([1, 2, 3, 4, 5, 6]);
  // index [i, j, k] of shape [2, 3, 4] stands at i + 2 j + 6 k
  const cube = Uint8Array.from({ length: 24 }, (_, at) => {
    const [i, j, k] = [at % 2, Math.floor(at / 2) % 3, Math.floor(at / 6)];
    return 12 * i + 4 * j + k;
  });
  const { data } = decodeNpy(npy(header('|u1', 'True', '(2, 3, 4)'), cube), 'a');
  expect([...(data as Uint8Array)]).toEqual(Array.from({ length: 24 }, (_, i) => i));
});

describe('bad files', () => {
  test.each<[string, Uint8Array]>([
    ['within the header', new Uint8Array(9)],
    ['no .npy file', new Uint8Array(20)],
    ['version 9', npy(header('|u1', 'False', '(1,)'), [1], 9)],
    ['within the header', encodeNpy(example).subarray(0, 60)],
    ['more than the limit', Uint8Array.of(0x93, 78, 85, 77, 80, 89, 2, 0, 255, 255, 255, 255, 0)],
    ['element type "|O"', npy(header('|O', 'False', '(1,)'), [1])],
    ['element type "<c8"', npy(header('<c8', 'False', '(1,)'), new Uint8Array(8))],
    ['element type "<f4i"', npy(header('<f4i', 'False', '(1,)'), new Uint8Array(4))],
    [
      'no dictionary',
      npy(`{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (1,), }`, new Uint8Array(4)),
    ],
    ['no dictionary', npy(`{'descr': __import__('os'), 'shape': (1,)}`, [1])],
    ['not well formed', npy(`{'descr': '|u1', 'descr': '|u1', 'fortran_order': False, 'shape': (1,)}`, [1])],
    ['not well formed', npy(header('|u1', 'False', '(1, , 2)'), [1])],
    ['not well formed', npy(`${header('|u1', 'False', '(1,)')}{}`, [1])],
    ['no fortran_order', npy(header('|u1', '0', '(1,)'), [1])],
    ['no shape that is a tuple', npy(header('|u1', 'False', '1'), [1])],
    ['no descr', npy(`{'fortran_order': False, 'shape': (1,)}`, [1])],
    ['needs 2 bytes of data, but 1 follow', npy(header('|u1', 'False', '(2,)'), [1])],
    ['needs 2 bytes of data, but 3 follow', npy(header('|u1', 'False', '(2,)'), [1, 2, 3])],
    ['limit', npy(header('<f8', 'False', '(9999999999999999, 9999999999999999)'), [1])],
    ['limit', npy(header('<f8', 'False', '(999999999,)'), [1])],
  ])('%s', (message, bytes) => {
    expect(() => decodeNpy(bytes, 'x.npy')).toThrow(FormatError);
    expect(() => decodeNpy(bytes, 'x.npy')).toThrow(message);
  });

  test('limits', () => {
    expect(() => decodeNpy(encodeNpy(example), 'x', { maxBytes: 23 })).toThrow('limit of 23 bytes');
    expect(decodeNpy(encodeNpy(example), 'x', { maxBytes: 24 })).toEqual(example);
  });

  test('four thousand mutations give an array or a FormatError', () => {
    const random = randomSource(7);
    const whole = [encodeNpy(example), npy(header('>f8', 'True', '(2, 1, 2)'), new Uint8Array(32))];
    for (let k = 0; k < 4000; k++) {
      try {
        decodeNpy(mutate(whole[k % 2]!, random), 'a', { maxBytes: 1e6 });
      } catch (error) {
        expect(error, `seed 7, case ${k}`).toBeInstanceOf(FormatError);
      }
    }
  });
});

describe('npz', () => {
  const arrays = new Map<string, StoredArray>([
    ['x', example],
    ['y', { dtype: 'u8', shape: [], data: Uint8Array.of(3) }],
  ]);
  test('makes the round trip, and reads compressed ones', () => {
    expect(decodeNpz(encodeNpz(arrays), 'a')).toEqual(arrays);
    const packed = zipSync({ 'x.npy': encodeNpy(example), 'y.npy': encodeNpy(arrays.get('y')!) });
    expect(decodeNpz(packed, 'a')).toEqual(arrays);
  });
  test('names the member that is wrong', () => {
    const bytes = zipSync({ 'x.npy': new Uint8Array(3) });
    expect(() => decodeNpz(bytes, 'a.npz')).toThrow('Cannot read a.npz, member x.npy: ');
  });
});
