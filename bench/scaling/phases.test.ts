import { expect, test } from 'vitest';
import { shardCount } from '../../src/compiler/plan/contract-constants.ts';
import { dsCnn } from '../networks/ds-cnn.ts';
import { countCalls } from '../profile/kernel-calls.ts';
import { trainingProgram } from '../profile/training-program.ts';
import { phasesOf } from './phases.ts';

test('the items of all phases make the calls of the step, and shards follow the batch', () => {
  const batch = 24;
  const { plan, phases } = trainingProgram(dsCnn(), batch, false);
  const made = phasesOf(plan, batch, () => 1, Number.POSITIVE_INFINITY);
  const calls = made.flatMap(({ items }) => items).reduce((a, b) => a + b, 0);
  expect(calls).toBeCloseTo(
    countCalls(plan, batch).reduce((sum, { repeats }) => sum + repeats, 0),
    6,
  );
  const segments = made.filter(({ kind }) => kind === 'shards');
  expect(segments).toHaveLength(phases.filter(({ items }) => items === 'shards').length);
  expect(segments.every(({ items }) => items.length === shardCount(batch))).toBe(true);
  expect(segments[0]!.sharedBytes).toBeGreaterThan(batch * 49 * 10 * 4);
  const large = phasesOf(plan, 1024, () => 1, Number.POSITIVE_INFINITY);
  expect(large.find(({ kind }) => kind === 'shards')!.items).toHaveLength(64);
});
