import { expect, test } from 'vitest';
import { latenessLine, measuredLines, paperLines } from './scaling-table.ts';
import { simulate } from './simulate.ts';

test('measured steps beside their goals', () => {
  const reached = measuredLines(
    'seed-2',
    new Map([
      [1, 10],
      [2, 5],
      [4, 5.5],
      [8, 6],
    ]),
  );
  expect(reached).toEqual([
    '  measured: 1 thread 10.00 ms, 2 threads 5.00 ms, 4 threads 5.50 ms, 8 threads 6.00 ms',
    '  1 to 2 threads 2.00x (goal 1.8x)',
    '  4 threads against 2: +10 % (goal under 15 %)',
    '  8 threads against 2: +20 % (goal under 15 %, NOT reached)',
  ]);
  expect(
    measuredLines(
      'tcn',
      new Map([
        [1, 10],
        [2, 6],
      ]),
    )[1],
  ).toBe('  1 to 2 threads 1.67x (goal 1.7x, NOT reached)');
});

test('the 99th of a hundred ticks', () => {
  const late = Array.from({ length: 101 }, (_, k) => k / 10);
  expect(latenessLine(late, 0.5)).toContain('99 % of 101 ticks late by less than 9.9 ms (goal 15 ms);');
  expect(latenessLine([20, 30], 0.5)).toContain('NOT reached');
});

test('shards are named as the limit with their number', () => {
  const costs = { perThread: 0, sharedRate: Number.POSITIVE_INFINITY, host: 0 };
  const phase = { kind: 'shards', items: new Array<number>(8).fill(1), sharedBytes: 0 } as const;
  const lines = paperLines(
    [1, 8, 16].map((n) => simulate([phase], n, costs)),
    128,
    8,
  );
  expect(lines.at(2)).toBe('      8 cores     1.00 ms   8.00x');
  expect(lines.at(-1)).toContain('first limit: shards, at 16 cores (a batch of 128 has 8 shards');
});
