import { describe, expect, test } from 'vitest';
import { InvalidArgumentError } from '../errors/index.ts';
import { pow } from './pow.ts';
import { cos, sin } from './trigonometry.ts';

const { NaN: nan, POSITIVE_INFINITY: infinity } = Number;

describe('pow', () => {
  test('follows JavaScript in every special case', () => {
    const values = [
      0,
      -0,
      1,
      -1,
      2,
      -2,
      0.5,
      -0.5,
      3,
      -3,
      1e308,
      -1e308,
      5e-324,
      nan,
      infinity,
      -infinity,
      2 ** 53,
    ];
    for (const x of values) for (const y of values) expect(pow(x, y), `${x} ** ${y}`).toBe(x ** y);
  });

  test('whole powers are exact where they are doubles, else within an ulp', () => {
    for (let base = 2; base < 40; base++)
      for (let exponent = 1; exponent < 30; exponent++) {
        const power = BigInt(base) ** BigInt(exponent);
        const error = Math.abs(pow(base, exponent) / Number(power) - 1);
        expect(error, `${base} ** ${exponent}`).toBeLessThanOrEqual(power < 2n ** 53n ? 0 : 2 ** -52);
      }
  });

  test("powers of an optimiser's beta, against exact integers", () => {
    for (const beta of [0.9, 0.99, 0.999, 0.9999, Math.fround(0.999)])
      for (const t of [1, 2, 3, 10, 100, 469, 4690]) {
        const error = Math.abs(pow(beta, t) / exactPower(beta, t) - 1);
        expect(error, `${beta} ** ${t}`).toBeLessThanOrEqual(2 ** -52);
      }
  });

  test('is within the error of the engine over random arguments', () => {
    let state = 1;
    const next = (): number => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      return state / 2 ** 32;
    };
    for (let k = 0; k < 50_000; k++) {
      const x = 2 ** (next() * 200 - 100) * (1 + next());
      const y = next() * 12 - 6;
      expect(Math.abs(pow(x, y) / x ** y - 1), `${x} ** ${y}`).toBeLessThanOrEqual(2 ** -51);
    }
  });

  test('overflows, underflows and gives subnormal numbers at the ends', () => {
    expect(pow(2, 1024)).toBe(infinity);
    expect(pow(2, 1023)).toBe(2 ** 1023);
    expect(pow(2, -1074)).toBe(5e-324);
    expect(pow(2, -1076)).toBe(0);
    expect(pow(10, -320)).toBe(1e-320);
  });
});

/** beta^t for a beta in [1/2, 1) that is a multiple of 2^-60: an integer power, of which the first 64 bits are kept. */
function exactPower(beta: number, t: number): number {
  const numerator = BigInt(beta * 2 ** 60) ** BigInt(t);
  const shift = numerator.toString(2).length - 64;
  const leading = shift > 0 ? Number(numerator >> BigInt(shift)) : Number(numerator);
  return leading * 2 ** (Math.max(shift, 0) - 60 * t);
}

describe('sine and cosine', () => {
  test('agree with the engine to an ulp of 1', () => {
    for (let k = -40_000; k <= 40_000; k++) {
      const x = k * 0.0123;
      expect(Math.abs(sin(x) - Math.sin(x))).toBeLessThanOrEqual(2 ** -52);
      expect(Math.abs(cos(x) - Math.cos(x))).toBeLessThanOrEqual(2 ** -52);
    }
  });

  test('keep relative accuracy near zero and at multiples of pi', () => {
    for (const x of [1e-300, 1e-10, 0.001, Math.PI, 355, 2 * Math.PI, 1000 * Math.PI])
      expect(Math.abs(sin(x) / Math.sin(x) - 1), `${x}`).toBeLessThanOrEqual(2 ** -50);
    expect(Math.abs(cos(Math.PI / 2) - 6.123233995736766e-17)).toBeLessThan(1e-30);
  });

  test('special values', () => {
    expect([sin(0), sin(-0), cos(0), cos(Math.PI), sin(nan), cos(infinity)]).toEqual([
      0,
      -0,
      1,
      -1,
      nan,
      nan,
    ]);
    expect(() => cos(2 ** 21)).toThrow(InvalidArgumentError);
    expect(() => sin(-(2 ** 21))).toThrow(/angle in radians/);
  });
});
