import { expect, test } from 'vitest';
import { baseSeed } from './base-seed.ts';
import { type KindName, kinds } from './kinds.ts';
import { knownSeeds } from './known-seeds.ts';
import { describeFailures, runNetworks } from './processes.ts';

const first = baseSeed();
const range = (count: number): number[] => Array.from({ length: count }, (_, k) => first + k);

async function check(kind: KindName, count: number): Promise<void> {
  console.log(`${kind} networks: seeds ${first} to ${first + count - 1} (ATROUS_TEST_SEED=${first})`);
  const known = knownSeeds[kind];
  const old = await runNetworks({ kind, which: 'all', seeds: known });
  expect(describeFailures(old)).toEqual([]);
  const reports = await runNetworks({ kind, which: 'rotated', seeds: range(count) });
  expect(describeFailures(reports)).toEqual([]);
  expect(reports).toHaveLength(2 * count);
  const sum = (of: (report: (typeof reports)[number]) => number): number =>
    reports.reduce((total, report) => total + of(report), 0);
  // Values outside the contract and kinks are rare.
  expect(sum(({ finite }) => (finite ? 0 : 1))).toBeLessThanOrEqual(0.02 * count);
  if (kinds[kind].differences)
    expect(sum(({ derivatives }) => derivatives)).toBeGreaterThan(0.97 * 20 * count);
}

test(
  'small random networks equal the float32 interpreter bit for bit, in both modes of V8',
  {
    timeout: 900_000,
  },
  () => check('small', 300),
);

test('wide batches of random networks do, at up to eight threads', { timeout: 300_000 }, () =>
  check('wide', 16),
);
