import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import type { ModeReport } from './modes.testing.ts';
import { outputOf, TRACED_PAIRS, tracedPairs } from './trace-pairs.testing.ts';

const script = fileURLToPath(new URL('./modes.testing.ts', import.meta.url));
const seed = Number(process.env.ATROUS_TEST_SEED ?? 1 + Math.floor(Math.random() * 1e6));
const count = Number(process.env.ATROUS_TEST_COUNT ?? 25);

/** What the comparison prints in a process of its own. */
const runMode = (flags: readonly string[], kernels: number): Promise<string> =>
  outputOf(flags, script, `${seed}`, `${kernels}`);

describe('random kernels equal the naive reference bit for bit', () => {
  test.each([
    ['128 bits', []],
    ['revectorized', ['--experimental-wasm-revectorize']],
  ])('%s', async (_, flags) => {
    console.log(`seed ${seed}, ${count} kernels of each kind`);
    const report = JSON.parse(await runMode(flags, count)) as ModeReport;
    expect(report.failures, `seed ${seed}`).toEqual([]);
    expect(Object.keys(report.paths).sort()).toEqual(['gather', 'scalar', 'vector']);
    expect(report.paths.vector).toBeGreaterThan(report.kernels / 2);
  });
});

// Overlapping pairs crash the compiler of some versions of V8 (random network 1269 of tests/bits was the first case).
test('V8 finds pairs to join, and none that overlap', async () => {
  const { joined, overlapping } = tracedPairs(await runMode(TRACED_PAIRS, 8));
  expect(joined.length, `seed ${seed}`).toBeGreaterThan(15);
  expect(overlapping, `seed ${seed}`).toBe(0);
});
