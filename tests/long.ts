/**
 * `npm run test:long [-- SMALL WIDE]`: every operation over a hundred sampled shapes, then many random networks
 * (`bits/long.ts`). ATROUS_OP_SAMPLES and ATROUS_TEST_SEED change the shapes and the first network.
 */
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const { resolve } = createRequire(import.meta.url);
const vitest = join(dirname(resolve('vitest/package.json')), 'vitest.mjs');
const networks = fileURLToPath(new URL('bits/long.ts', import.meta.url));

const run = (args: readonly string[]): boolean =>
  spawnSync(process.execPath, args, {
    stdio: 'inherit',
    cwd: fileURLToPath(new URL('..', import.meta.url)),
    env: { ATROUS_OP_SAMPLES: '100', ...process.env },
  }).status === 0;

const operations = ['src/ops/ops.test.ts', 'src/ops/compiled.test.ts'];
const [shapes, many] = [
  run([vitest, 'run', '--project', 'unit', ...operations]),
  run([networks, ...process.argv.slice(2)]),
];
process.exitCode = shapes && many ? 0 : 1;
