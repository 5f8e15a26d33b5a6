import { expect, test } from 'vitest';
import { labelOf, type Way, waysOfNode } from './runtime.ts';
import { type RuntimeResult, runtimeLines, strangers } from './runtimes-table.ts';

const result = (runtime: string, shared: boolean, median: number, weights: string): RuntimeResult => {
  const way: Way = { runtime, revectorize: false, threads: shared ? 2 : 1, shared };
  return { way, weights, outcome: { label: labelOf(way), median, low: median, high: median, count: 1 } };
};

test('Chromium is compared with the same number of threads, and weights with those of the most', () => {
  const results = [
    result('Node 26', true, 9, 'a'.repeat(64)),
    result('Node 26', false, 20, 'a'.repeat(64)),
    result('Chromium', true, 10, 'a'.repeat(64)),
    result('Chromium', false, 25, 'b'.repeat(64)),
  ];
  expect(strangers(results)).toEqual([results[3]]);
  expect(strangers(results.slice(0, 3))).toEqual([]);
  expect(runtimeLines(results, 'Node 26').slice(-3)).toEqual([
    '  OTHER WEIGHTS in Chromium, not shared',
    "  Chromium at 0.90 of Node 26's speed, 2 threads (goal 0.85)",
    "  Chromium at 0.80 of Node 26's speed, not shared (goal 0.85, NOT reached)",
  ]);
});

test('Node has the flag where V8 has it, and every way stands once', () => {
  const labels = waysOfNode([22, 26], 2).map(labelOf);
  expect(new Set(labels).size).toBe(labels.length);
  expect(labels.some((label) => label.startsWith('Node 22, revectorize'))).toBe(false);
  expect(labels.filter((label) => label.startsWith('Node 26, revectorize'))).toHaveLength(
    process.arch === 'x64' ? 3 : 0,
  );
});
