import { expect, test } from 'vitest';
import { chart } from './chart.ts';

test('a line a contestant, a point a value, the highest below the top', () => {
  const svg = chart({
    title: 't',
    xLabel: 'x',
    yLabel: 'ms',
    points: [1, 2, 4],
    lines: [
      { label: 'a', values: [1, 2, 4] },
      { label: 'b', values: [3, 3, 3] },
    ],
  });
  expect(svg.match(/<polyline/g)).toHaveLength(2);
  expect(svg.match(/<circle/g)).toHaveLength(6);
  const heights = [...svg.matchAll(/cy="([\d.]+)"/g)].map((match) => Number(match[1]));
  expect(Math.min(...heights)).toBeGreaterThanOrEqual(46);
  expect(heights[0]! - heights[1]!).toBeCloseTo((heights[1]! - heights[2]!) / 2, 0);
});
