import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { outputOf, TRACED_PAIRS, tracedPairs } from '../backends/wasm/trace-pairs.testing.ts';
import { walkedNetworks } from './walk-modes.testing.ts';

const script = fileURLToPath(new URL('./walk-modes.testing.ts', import.meta.url));
const equal = '{"different":[]}\n';

/** Kernels of the networks whose inner loops are large trees of vectors: all of them have to be joined. */
const loops: { readonly [name: string]: number } = {
  product: 2,
  'maxima of a pointwise product': 3,
  'maxima of a convolution': 3,
  'nonzero values': 4,
  'nonzero values of a gradient': 4,
};

test('every network is looked at', () => {
  expect(Object.keys(walkedNetworks)).toEqual(Object.keys(loops));
});

describe.each(Object.entries(loops))('%s', (name, count) => {
  test('has the bits of the interpreter in vectors of 128 bits', async () => {
    expect(await outputOf([], script, name)).toBe(equal);
  });
  test('is joined to pairs, none of which overlap, with the same bits', async () => {
    const trace = await outputOf(TRACED_PAIRS, script, name);
    expect(trace).toContain(equal);
    const { joined, overlapping } = tracedPairs(trace);
    expect(overlapping).toBe(0);
    expect(joined.filter((nodes) => nodes >= 100).length).toBeGreaterThanOrEqual(count);
  });
});
