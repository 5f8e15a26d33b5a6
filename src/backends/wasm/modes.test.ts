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

/** Runs the comparison in a process of its own in which only the optimising tier compiles. */
function runMode(flags: readonly string[]): Promise<ModeReport> {
  return new Promise((resolve, reject) => {
    const child = spawn(node, ['--no-warnings', '--no-liftoff', ...flags, script, `${seed}`, `${count}`]);
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
      if (code === 0) resolve(JSON.parse(output) as ModeReport);
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
    const report = await runMode(flags);
    expect(report.failures, `seed ${seed}`).toEqual([]);
    expect(Object.keys(report.paths).sort()).toEqual(['gather', 'scalar', 'vector']);
    expect(report.paths.vector).toBeGreaterThan(report.kernels / 2);
  });
});
