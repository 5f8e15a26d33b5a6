import { expect, test } from 'vitest';
import { watchTicks } from './late-ticks.ts';

test('a thread that is busy makes its ticks late', async () => {
  const stop = watchTicks(5);
  await new Promise((resolve) => setTimeout(resolve, 30));
  const start = performance.now();
  while (performance.now() - start < 60);
  await new Promise((resolve) => setTimeout(resolve, 20));
  const late = stop();
  expect(late.length).toBeGreaterThan(2);
  expect(late.every((ms) => ms >= 0)).toBe(true);
  expect(Math.max(...late)).toBeGreaterThan(50);
});
