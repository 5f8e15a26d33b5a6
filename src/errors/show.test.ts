import fc from 'fast-check';
import { expect, test } from 'vitest';
import { show, showShape } from './show.ts';

class Thing {
  size = 1;
}

test.each<[unknown, string]>([
  [0, '0'],
  [-0, '-0'],
  [Number.NaN, 'NaN'],
  ['same', '"same"'],
  [undefined, 'undefined'],
  [null, 'null'],
  [5n, '5n'],
  [Symbol('s'), 'Symbol(s)'],
  [[1, 'a', [2, [3]]], '[1, "a", [2, […]]]'],
  [{ units: 10, deep: { deeper: { deepest: 1 } } }, '{ units: 10, deep: { deeper: {…} } }'],
  [{}, '{}'],
  [new Thing(), 'an instance of Thing'],
  [function relu() {}, 'function relu'],
  [() => 1, 'a function'],
  [new Float32Array(784), 'Float32Array(784) [0, 0, 0, 0, 0, 0, 0, 0, … 784 in all]'],
  [new Error('low'), 'Error: low'],
  [/a/g, '/a/g'],
  [Object.create(null), '{}'],
])('%o', (value, text) => expect(show(value)).toBe(text));

test('a circle and a getter that throws are shown all the same', () => {
  const circle: Record<string, unknown> = {};
  circle.self = circle;
  expect(show(circle)).toBe('{ self: { self: {…} } }');
  const hostile = {
    get x(): number {
      throw new Error('no');
    },
  };
  expect(show(hostile)).toBe('a value of type object');
});

test('a long text is cut', () => {
  expect(show('x'.repeat(500))).toBe(`"${'x'.repeat(59)}…"`);
});

test('any value gives one line of at most 120 characters', () => {
  fc.assert(
    fc.property(fc.anything({ withTypedArray: true, withDate: true, withMap: true }), (value) => {
      const text = show(value);
      expect(text.length).toBeGreaterThan(0);
      expect(text.length).toBeLessThanOrEqual(120);
    }),
    { numRuns: 500 },
  );
});

test('a shape shows its batch', () => expect(showShape([null, 28, 1])).toBe('[null, 28, 1]'));
