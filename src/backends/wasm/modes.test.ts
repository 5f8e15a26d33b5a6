import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import type { ModeReport } from './modes.testing.ts';

const script = fileURLToPath(new URL('./modes.testing.ts', import.meta.url));
const ownNode = fileURLToPath(new URL('../../../node_modules/.bin/node', import.meta.url));
const node = existsSync(ownNode) ? ownNode : process.execPath;
const seed = Number(process.env.ATROUS_TEST_SEED ?? 1 + Math.floor(Math.random() * 1e6));
const count = Number(process.env.ATROUS_TEST_COUNT ?? 25);

/** What the comparison prints in a process of its own in which only the optimising tier compiles. */
function runMode(flags: readonly string[], kernels: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(node, ['--no-warnings', '--no-liftoff', ...flags, script, `${seed}`, `${kernels}`]);
    let output = '';
    let errors = '';
    child.stdout.on('data', (text) => {
      output += text;
    });
    child.stderr.on('data', (text) => {
      errors += text;
    });
    child.on('error', reject);
    child.on('close', (code) => {
      if (code === 0) resolve(output);
      else reject(new Error(`seed ${seed}: exit code ${code}: ${errors}`));
    });
  });
}

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
  // One thread, because the lines of several would mix.
  const flags = ['--single-threaded', '--experimental-wasm-revectorize', '--trace-wasm-revectorize'];
  const trace = await runMode(flags, 8);
  const decided = [...trace.matchAll(/Decided to vectorize, (\d+) revectorizable (intersect )?nodes/g)];
  expect(decided.filter(([, , intersect]) => !intersect).length, `seed ${seed}`).toBeGreaterThan(3);
  expect(decided.filter(([, nodes, intersect]) => intersect && nodes !== '0').length, `seed ${seed}`).toBe(0);
  expect(trace.includes('partial overlap'), `seed ${seed}`).toBe(false);
});
