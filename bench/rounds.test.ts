import { expect, test } from 'vitest';
import { alternate } from './rounds.ts';

test('each round another contestant is first, the first round does not count, and a turn counts as its median', async () => {
  const order: string[] = [];
  const contestant = (label: string, values: readonly number[][]) => {
    let turn = 0;
    return {
      label,
      turn: async () => {
        order.push(label);
        return values[turn++]!;
      },
    };
  };
  const outcomes = await alternate(
    [contestant('a', [[100], [1, 2, 90], [4]]), contestant('b', [[100], [5], [7]])],
    2,
  );
  expect(order).toEqual(['a', 'b', 'b', 'a', 'a', 'b']);
  expect(outcomes.map(({ label, median, count }) => [label, median, count])).toEqual([
    ['a', 3, 2],
    ['b', 6, 2],
  ]);
});

test('a contestant whose first turn takes too long is left out of the others', async () => {
  let turns = 0;
  const slow = {
    label: 'slow',
    turn: async () => {
      turns++;
      await new Promise((resolve) => setTimeout(resolve, 30));
      return [8];
    },
  };
  const [outcome] = await alternate([slow], 3, 10);
  expect(turns).toBe(1);
  expect(outcome).toMatchObject({ median: 8, count: 1 });
});
