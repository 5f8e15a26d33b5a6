import { describe, expect, test } from 'vitest';
import type { Kernel } from '../../ir/kernel.ts';
import type { BorderPhase, JoinedSum, KernelCall } from '../../ir/plan.ts';
import { placeJoins } from './place-joins.ts';

/** Adds one to so many numbers of its second buffer. */
const kernel = (extent: number): Kernel => ({
  name: 'step',
  axes: [{ name: 'i', extent }],
  buffers: [
    { name: 'y', dtype: 'f32' },
    { name: 'x', dtype: 'f32' },
  ],
  stores: [
    {
      buffer: 0,
      address: { constant: 0, terms: { i: 4 } },
      value: {
        kind: 'binary',
        op: 'add',
        a: { kind: 'load', source: 1, index: [{ constant: 0, terms: { i: 4 } }] },
        b: { kind: 'constant', value: 1 },
      },
      accumulate: false,
    },
  ],
});
const kernels = [kernel(64), kernel(16), kernel(65)];
const call = (number: number, address: number): KernelCall => ({
  kernel: number,
  places: [8192, address].map((at) => ({ region: 'absolute', address: at, sampleStride: 0 })),
});
const phase = (...items: KernelCall[][]): BorderPhase => ({ items });
/** A sum of n numbers with its slack. */
const sum = (offset: number, to: number, n: number): JoinedSum => ({ offset, to, bytes: 4 * n + 64 });
const other = call(1, 100000);

describe('placeJoins', () => {
  test('the one item that reads a sum joins it, before its first call that does', () => {
    const sums = [sum(0, 20000, 64)];
    const reading = call(0, 20000);
    expect(placeJoins([phase([other, reading, reading], [other])], sums, kernels)).toEqual([
      phase([other, { ...reading, joins: sums }, reading], [other]),
    ]);
  });

  test('items that read parts of whole cache lines join their parts, the last one with the slack', () => {
    const parts = [call(0, 20000), call(0, 20256), call(1, 20512)];
    const placed = placeJoins([phase(...parts.map((part) => [part]))], [sum(64, 20000, 144)], kernels);
    expect(placed).toHaveLength(1);
    expect(placed[0]!.items.map(([first]) => first!.joins)).toEqual([
      [{ offset: 64, to: 20000, bytes: 256 }],
      [{ offset: 320, to: 20256, bytes: 256 }],
      [{ offset: 576, to: 20512, bytes: 128 }],
    ]);
  });

  test('a sum of which two items read the same is joined in a phase before', () => {
    const sums = [sum(0, 20000, 64)];
    const before = { items: [], joins: sums };
    for (const items of [
      [[call(0, 20000)], [call(0, 20000)]],
      // one cache line of both
      [[call(2, 20000)], [call(0, 20000 + 260)]],
      // a gap between them
      [[call(1, 20000)], [call(1, 20000 + 192)]],
      // an end that nobody reads
      [[call(1, 20000)], [call(1, 20064)]],
    ])
      expect(placeJoins([phase(...items)], sums, kernels)).toEqual([before, phase(...items)]);
  });

  test('so is a large one of which a single item reads all', () => {
    const large = [sum(0, 20000, 5000)];
    const read = phase([call(0, 20000)]);
    expect(placeJoins([read], large, kernels)).toEqual([{ items: [], joins: large }, read]);
  });

  test('what the first phase does not read is joined beside it, neighbours as one', () => {
    const [a, b, c] = [sum(0, 20000, 64), sum(320, 20320, 16), sum(448, 30000, 16)];
    const [first, second] = [phase([other]), phase([call(0, 20000)])];
    expect(placeJoins([first, second], [a, b, c], kernels)).toEqual([
      { ...first, joins: [{ ...a, bytes: a.bytes + b.bytes }, c] },
      second,
    ]);
  });

  test('without phases the sums have one of their own; without sums nothing changes', () => {
    const sums = [sum(0, 20000, 64)];
    expect(placeJoins([], sums, kernels)).toEqual([{ items: [], joins: sums }]);
    expect(placeJoins([], [], kernels)).toEqual([]);
    expect(placeJoins([phase([other])], [], kernels)).toEqual([phase([other])]);
  });
});
