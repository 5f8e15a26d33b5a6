import { expect, test } from 'vitest';
import { getLoss } from './losses/index.ts';
import { getMetric } from './metrics/index.ts';
import { notOffered } from './not-offered.ts';
import { getOptimizer } from './optimizers/index.ts';

const get = {
  loss: (name: string) => getLoss(name),
  metric: (name: string) => getMetric(name, [2], [2]),
  optimizer: (name: string) => getOptimizer(name),
};

test.each(
  Object.entries(notOffered).flatMap(([kind, reasons]) =>
    Object.entries(reasons).map(([name, reason]) => [kind as keyof typeof get, name, reason] as const),
  ),
)('the %s %s says why it is not there', (kind, name, reason) => {
  expect(() => get[kind](name)).toThrow(reason);
});

test('other names do not', () => {
  expect(() => getLoss('circles')).toThrow('a loss, its name, or a function');
});
