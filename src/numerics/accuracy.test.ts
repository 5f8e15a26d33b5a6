import { describe, expect, test } from 'vitest';
import { bitsOf, SUBJECTS, scan } from '../../bench/ulp.ts';
import { erf } from './erf.ts';
import { exp } from './exp.ts';
import { log } from './log.ts';
import { scalar } from './scalar.ts';
import { sigmoid } from './sigmoid.ts';
import { tanh } from './tanh.ts';

/** Bounds stated for each function (bench/ulp.ts measures every float). */
const BOUNDS: Readonly<Record<string, number>> = { exp: 1.5, log: 1.5, tanh: 3, erf: 3, sigmoid: 3 };
/** Those that never fall between neighbours; erf and sigmoid do by a unit or two at few places. */
const RISING: ReadonlySet<string> = new Set(['exp', 'log', 'tanh']);
const { NaN: nan, POSITIVE_INFINITY: infinity } = Number;
const smallest = 2 ** -149;

describe('errors in ulp over a sample of all floats', () => {
  for (const subject of SUBJECTS) {
    test(subject.name, () => {
      const phase = Math.floor(Math.random() * 10_000);
      console.log(`${subject.name}: phase ${phase}`);
      for (const sign of [1, -1] as const) {
        const everywhere = scan(subject, phase, bitsOf(infinity), sign, 9973);
        // Where it neither saturates nor is linear, closely.
        const to = Math.min(subject.to, 2);
        const close = scan(subject, bitsOf(2 ** -6) + (phase % 211), bitsOf(to), sign, 211);
        for (const finding of [everywhere, close]) {
          expect(finding.worst, `at ${finding.at}`).toBeLessThanOrEqual(BOUNDS[subject.name]);
          if (RISING.has(subject.name)) expect(finding.falls).toBe(0);
        }
        expect(everywhere.count + close.count).toBeGreaterThan(200_000);
      }
    });
  }
});

const table: readonly [string, (x: number) => number, readonly (readonly [number, number])[]][] = [
  [
    'exp',
    (x) => exp(scalar, Math.fround(x)),
    [
      [0, 1],
      [-0, 1],
      [nan, nan],
      [infinity, infinity],
      [-infinity, 0],
      [3.4e38, infinity],
      [-3.4e38, 0],
      [88.72284, infinity],
      [-103.9721, 0],
      [-103.2789, smallest],
      [smallest, 1],
      [-smallest, 1],
    ],
  ],
  [
    'log',
    (x) => log(scalar, Math.fround(x)),
    [
      [1, 0],
      [0, -infinity],
      [-0, -infinity],
      [-1, nan],
      [-smallest, nan],
      [-infinity, nan],
      [nan, nan],
      [infinity, infinity],
      [smallest, Math.fround(-149 * Math.LN2)],
      [2, Math.fround(Math.LN2)],
    ],
  ],
  [
    'tanh',
    (x) => tanh(scalar, Math.fround(x)),
    [
      [0, 0],
      [-0, -0],
      [nan, nan],
      [infinity, 1],
      [-infinity, -1],
      [9.02, 1],
      [-9.02, -1],
      [smallest, smallest],
      [-smallest, -smallest],
      [2 ** -20, 2 ** -20],
    ],
  ],
  [
    'erf',
    (x) => erf(scalar, Math.fround(x)),
    [
      [0, 0],
      [-0, -0],
      [nan, nan],
      [infinity, 1],
      [-infinity, -1],
      [3.92, 1],
      [-3.92, -1],
      [smallest, smallest],
      [2 ** -100, 2 ** -100 * Math.fround(2 / Math.sqrt(Math.PI))],
    ],
  ],
  [
    'sigmoid',
    (x) => sigmoid(scalar, Math.fround(x)),
    [
      [0, 0.5],
      [-0, 0.5],
      [nan, nan],
      [infinity, 1],
      [-infinity, 0],
      [17.33, 1],
      [-104, 0],
    ],
  ],
];

describe('special values', () => {
  for (const [name, compute, rows] of table)
    test.each(rows)(`${name}(%d) = %d`, (x, expected) => {
      expect(compute(x)).toBe(expected);
    });

  test('subnormal results of exp are not flushed', () => {
    for (const x of [-87.4, -90, -95, -100, -103]) {
      const value = exp(scalar, Math.fround(x));
      expect(value).toBeGreaterThan(0);
      expect(value).toBeLessThan(2 ** -126);
      expect(Math.abs(value - Math.exp(Math.fround(x)))).toBeLessThanOrEqual(smallest);
    }
  });
});
