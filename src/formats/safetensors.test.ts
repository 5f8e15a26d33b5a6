import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { mutate, randomSource } from '../data/mutations.test-support.ts';
import { FormatError, InvalidArgumentError } from '../errors/index.ts';
import { decodeSafetensors, encodeSafetensors } from './safetensors.ts';
import { type StoredArray, type StoredDtype, storedArrays } from './stored-array.ts';

const f32 = (shape: number[], values: number[]): StoredArray => ({
  dtype: 'f32',
  shape,
  data: Float32Array.from(values),
});
const example = new Map<string, StoredArray>([
  ['bytes', { dtype: 'u8', shape: [3], data: Uint8Array.of(1, 2, 3) }],
  ['dense/kernel', f32([2, 2], [1, 2, 3, 4])],
  ['step', { dtype: 'i64', shape: [], data: BigInt64Array.of(-7n) }],
  ['empty', f32([0, 4], [])],
]);
const metadata = new Map([
  ['format', 'atrous'],
  ['config', '{"é":1}'],
]);

/** A file with any header over `data` bytes of zeros. */
function file(header: unknown, data: number, spaces = 0): Uint8Array {
  const text = new TextEncoder().encode(
    (typeof header === 'string' ? header : JSON.stringify(header)) + ' '.repeat(spaces),
  );
  const bytes = new Uint8Array(8 + text.length + data);
  new DataView(bytes.buffer).setUint32(0, text.length, true);
  bytes.set(text, 8);
  return bytes;
}
const one = { dtype: 'F32', shape: [2], data_offsets: [0, 8] };

test('what was written is read', () => {
  const { tensors, metadata: texts } = decodeSafetensors(encodeSafetensors(example, metadata), 'a');
  expect(new Map([...tensors].sort())).toEqual(new Map([...example].sort()));
  expect(new Map([...texts])).toEqual(new Map([...metadata].sort()));
  expect(decodeSafetensors(encodeSafetensors(new Map()), 'a').tensors.size).toBe(0);
});

test('the bytes are those that the format describes, sorted and aligned', () => {
  const bytes = encodeSafetensors(example, metadata);
  const headerBytes = new DataView(bytes.buffer).getUint32(0, true);
  expect(headerBytes % 8).toBe(0);
  const header = new TextDecoder().decode(bytes.subarray(8, 8 + headerBytes));
  expect(header.trimEnd()).toBe(
    '{"__metadata__":{"config":"{\\"é\\":1}","format":"atrous"},' +
      '"step":{"dtype":"I64","shape":[],"data_offsets":[0,8]},' +
      '"dense/kernel":{"dtype":"F32","shape":[2,2],"data_offsets":[8,24]},' +
      '"empty":{"dtype":"F32","shape":[0,4],"data_offsets":[24,24]},' +
      '"bytes":{"dtype":"U8","shape":[3],"data_offsets":[24,27]}}',
  );
  expect(encodeSafetensors(new Map([...example].reverse()), new Map([...metadata].reverse()))).toEqual(bytes);
});

test('any arrays of any type make the round trip, from bytes at any offset', () => {
  const dtype = fc.constantFrom(...(Object.keys(storedArrays) as StoredDtype[]));
  const tensor = fc.tuple(dtype, fc.array(fc.nat(3), { maxLength: 3 })).map(([type, shape]): StoredArray => {
    const data = new storedArrays[type](shape.reduce((a, b) => a * b, 1));
    new Uint8Array(data.buffer).forEach((_, i, bytes) => {
      bytes[i] = (i * 37) & 0x3f;
    });
    return { dtype: type, shape, data };
  });
  const name = fc.string({ minLength: 1 }).filter((text) => text.isWellFormed());
  fc.assert(
    fc.property(fc.array(fc.tuple(name, tensor)), fc.nat(7), (entries, offset) => {
      const tensors = new Map(entries);
      const bytes = encodeSafetensors(tensors);
      const shifted = new Uint8Array(bytes.length + offset);
      shifted.set(bytes, offset);
      const again = decodeSafetensors(shifted.subarray(offset), 'a').tensors;
      expect(again.size).toBe(tensors.size);
      for (const [key, value] of tensors) expect(again.get(key)).toEqual(value);
    }),
  );
});

describe('bad files', () => {
  test.each<[string, Uint8Array]>([
    ["within the header's length", new Uint8Array(7)],
    ['more than the limit', Uint8Array.of(255, 255, 255, 255, 255, 255, 255, 255, 123)],
    ['truncated', Uint8Array.of(100, 0, 0, 0, 0, 0, 0, 0, 123, 125)],
    ['does not begin with {', file('[]', 0)],
    ['does not begin with {', file(' {}', 0)],
    ['not valid JSON', file('{"a":', 0)],
    ['more than 64 deep', file(`{"a":${'['.repeat(100_000)}`, 0)],
    ['is no object', file({ a: 3 }, 0)],
    ['no text', file({ __metadata__: { a: 1 } }, 0)],
    ['unknown element type "F8"', file({ a: { ...one, dtype: 'F8' } }, 8)],
    ['unknown element type "toString"', file({ a: { ...one, dtype: 'toString' } }, 8)],
    ['shape', file({ a: { ...one, shape: [-2] } }, 8)],
    ['shape', file({ a: { ...one, shape: [2 ** 52, 2 ** 52] } }, 8)],
    ['shape', file({ a: { ...one, shape: { length: 1, 0: 2 } } }, 8)],
    ['no two offsets', file({ a: { ...one, data_offsets: [0] } }, 8)],
    ['no two offsets', file({ a: { ...one, data_offsets: [0, 8.5] } }, 8)],
    ['outside', file({ a: { ...one, data_offsets: [8, 16] } }, 8)],
    ['outside', file({ a: { ...one, data_offsets: [-8, 0] } }, 8)],
    ['outside', file({ a: { ...one, data_offsets: [8, 0] } }, 8)],
    ['needs 8 bytes, but has 4', file({ a: { ...one, data_offsets: [0, 4] } }, 8)],
    ['overlap', file({ a: one, b: one }, 8)],
    ['follow a hole', file({ a: { ...one, data_offsets: [4, 12] } }, 12)],
    ['4 bytes at the end', file({ a: one }, 12)],
  ])('%s', (message, bytes) => {
    expect(() => decodeSafetensors(bytes, 'm.safetensors')).toThrow(FormatError);
    expect(() => decodeSafetensors(bytes, 'm.safetensors')).toThrow(message);
    expect(() => decodeSafetensors(bytes, 'm.safetensors')).toThrow(
      /^Cannot read m\.safetensors(, header)?: /,
    );
  });

  test('names of object members are names like others', () => {
    const header = '{"__proto__":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}';
    expect([...decodeSafetensors(file(header, 8), 'a').tensors.keys()]).toEqual(['__proto__']);
  });

  test('every truncation', () => {
    const whole = encodeSafetensors(example, metadata);
    for (let n = 0; n < whole.length; n++)
      expect(() => decodeSafetensors(whole.subarray(0, n), 'a')).toThrow(FormatError);
  });

  test('four thousand mutations give arrays or a FormatError', () => {
    const whole = encodeSafetensors(example, metadata);
    const random = randomSource(42);
    for (let k = 0; k < 4000; k++) {
      try {
        decodeSafetensors(mutate(whole, random), 'a');
      } catch (error) {
        expect(error, `seed 42, case ${k}`).toBeInstanceOf(FormatError);
      }
    }
  });

  test('wrong arrays are not written', () => {
    const bad = { dtype: 'f32', shape: [3], data: new Float32Array(2) } as const;
    expect(() => encodeSafetensors(new Map([['a', bad]]))).toThrow(InvalidArgumentError);
    expect(() => encodeSafetensors(new Map([['__metadata__', f32([1], [1])]]))).toThrow(InvalidArgumentError);
  });
});
