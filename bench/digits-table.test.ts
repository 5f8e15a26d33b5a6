import { expect, test } from 'vitest';
import { secondsTo, tableOfNetworks } from './digits-table.ts';

const costs = {
  convolutions: { parameters: 2473, multiplyAdds: 1863568 },
  whole: { parameters: 127923, multiplyAdds: 1989008 },
  largestOther: undefined,
};
const run = (
  network: string,
  seed: number,
  accuracies: readonly number[],
  seconds: number,
  data = 'mnist',
) => ({
  data,
  network,
  seed,
  epochs: accuracies.map((accuracy) => ({ accuracy, seconds })),
  costs,
});

test('a row a network and data set, with mean and range over its seeds', () => {
  const runs = [
    run('seed', 0, [0.97, 0.9838], 15.2),
    run('seed', 1, [0.96, 0.985], 16),
    run('standard', 0, [0.98, 0.99, 0.989], 30),
    run('seed', 0, [0.9], 16, 'fashion-mnist'),
  ];
  const lines = tableOfNetworks(runs).split('\n');
  expect(lines).toHaveLength(5);
  expect(lines[1]).toBe('| --- | ---: | ---: | ---: | ---: | ---: | ---: |');
  expect(lines[2]).toBe(
    '| `seed` | 127,923 (2,473) | 1,989,008 (1,863,568) | 98.44 % (98.38 to 98.50) | 2 | 31 | 24, 31, – |',
  );
  expect(lines[3]).toContain('98.90 % (98.90 to 98.90) | 3 | 90 | 30, 30, 60 |');
  expect(lines[4]).toContain('| `seed` on fashion-mnist |');
});

test('an accuracy is reached at the end of the first epoch that has it', () => {
  const epochs = [0.9, 0.98, 0.97, 0.99].map((accuracy) => ({ accuracy, seconds: 2 }));
  expect(secondsTo(0.97, epochs)).toBe(4);
  expect(secondsTo(0.99, epochs)).toBe(8);
  expect(secondsTo(0.995, epochs)).toBeUndefined();
});
