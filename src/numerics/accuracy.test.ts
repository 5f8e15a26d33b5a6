import { describe, expect, test } from 'vitest';
import { compiled, measured } from '../../bench/ulp/functions.ts';
import { bitsOf, type Finding, scan, statedErrors } from '../../bench/ulp/scan.ts';
import { erf } from './erf.ts';
import { exp } from './exp.ts';
import { log } from './log.ts';
import { scalar } from './scalar.ts';
import { sigmoid } from './sigmoid.ts';
import { tanh } from './tanh.ts';

const { NaN: nan, POSITIVE_INFINITY: infinity } = Number;
const smallest = 2 ** -149;

describe('errors are at most those that bench/ulp.ts found, and these are where it found them', () => {
  const stated = statedErrors();

  test.each(measured)('$name', ({ name, of, exact, busy, sign, to }) => {
    const found: Finding = stated[name]!;
    const compute = compiled(of);
    const phase = Math.floor(Math.random() * 10_000);
    console.log(`${name}: phase ${phase}`);
    for (const own of sign === undefined ? ([1, -1] as const) : [sign]) {
      const everywhere = { first: phase, last: to === undefined ? 0x7fffffff : bitsOf(to), step: 9973 };
      const close = { first: bitsOf(busy[0]) + (phase % 997), last: bitsOf(busy[1]), step: 997 };
      for (const range of [everywhere, close]) {
        const sampled = scan(compute, exact, { ...range, sign: own });
        expect(sampled.count).toBeGreaterThan(10_000);
        expect(sampled.worst, `at ${sampled.at}`).toBeLessThanOrEqual(found.worst);
        expect(sampled.scaled, `at ${sampled.scaledAt}`).toBeLessThanOrEqual(found.scaled);
        if (found.falls === 0) expect(sampled.falls).toBe(0);
      }
    }
    for (const [at, error] of [
      [found.at, 'worst'],
      [found.scaledAt, 'scaled'],
    ] as const) {
      if (Number.isNaN(at)) continue;
      const place = { first: bitsOf(Math.abs(at)), last: bitsOf(Math.abs(at)), step: 1 };
      const again = scan(compute, exact, { ...place, sign: at < 0 ? -1 : 1 });
      expect(again[error], `at ${at}`).toBeCloseTo(found[error], 3);
    }
  });

  /** Positive float32 numbers, all exponents. */
  const sample = Array.from({ length: 200_000 }, (_, k) => scalar.fromBits(k * 10_007)).filter(
    Number.isFinite,
  );

  test('tanh and erf are odd, so that one sign is enough', () => {
    for (const compute of [tanh, erf])
      expect(sample.filter((x) => !Object.is(compute(scalar, -x), -compute(scalar, x)))).toEqual([]);
  });

  test('log of a negative number is NaN', () => {
    expect(sample.filter((x) => x > 0 && !Number.isNaN(log(scalar, -x)))).toEqual([]);
  });
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
