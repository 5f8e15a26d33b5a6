import { describe, expect, test } from 'vitest';
import {
  booleanValue,
  finiteNumber,
  integerBetween,
  knownOptions,
  nonEmptyString,
  nonNegativeInteger,
  oneOf,
  positiveInteger,
  spatialExtents,
} from './check.ts';
import { InvalidArgumentError, UnknownOptionError } from './errors.ts';
import { nearest } from './nearest.ts';

const layer = { layer: 'sep1' };
const notIntegers = [0.5, Number.NaN, Infinity, '3', null, undefined, [3], 2 ** 53, true];

describe('integers', () => {
  test('positive', () => {
    expect(positiveInteger(3, 'filters')).toBe(3);
    for (const value of [0, -1, ...notIntegers])
      expect(() => positiveInteger(value, 'filters', layer)).toThrow(InvalidArgumentError);
    expect(() => positiveInteger('32', 'filters', layer)).toThrow(
      'Invalid value for filters in layer "sep1". Expected a positive integer. Received: "32".',
    );
  });

  test('not negative; minus zero becomes zero', () => {
    expect(nonNegativeInteger(0, 'seed')).toBe(0);
    expect(nonNegativeInteger(-0, 'seed')).toBe(0);
    for (const value of [-1, ...notIntegers]) expect(() => nonNegativeInteger(value, 'seed')).toThrow();
  });

  test('between', () => {
    expect(integerBetween(-1, -1, 3, 'axis')).toBe(-1);
    expect(integerBetween(3, -1, 3, 'axis')).toBe(3);
    expect(() => integerBetween(4, -1, 3, 'axis', { call: 'softmax' })).toThrow(
      'Invalid value for axis in softmax. Expected an integer from -1 to 3. Received: 4.',
    );
    expect(() => integerBetween(-2, -1, 3, 'axis')).toThrow();
  });
});

describe('numbers', () => {
  test('finite', () => {
    expect(finiteNumber(-1.5, 'x')).toBe(-1.5);
    for (const value of [Number.NaN, Infinity, -Infinity, '1', null])
      expect(() => finiteNumber(value, 'x')).toThrow('Expected a finite number');
  });

  test('bounds that belong to the range and bounds that do not', () => {
    const rate = { min: 0, below: 1 };
    expect(finiteNumber(0, 'rate', layer, rate)).toBe(0);
    expect(finiteNumber(0.999, 'rate', layer, rate)).toBe(0.999);
    expect(() => finiteNumber(1, 'rate', layer, rate)).toThrow(
      'Invalid value for rate in layer "sep1". Expected a number at least 0 and below 1. Received: 1.',
    );
    expect(() => finiteNumber(-0.001, 'rate', layer, rate)).toThrow();
    const positive = { above: 0, max: 2 };
    expect(finiteNumber(2, 'x', {}, positive)).toBe(2);
    expect(() => finiteNumber(0, 'x', {}, positive)).toThrow('a number above 0 and at most 2');
    expect(() => finiteNumber(2.1, 'x', {}, positive)).toThrow();
  });
});

test('booleans and names', () => {
  expect(booleanValue(false, 'useBias')).toBe(false);
  expect(() => booleanValue(0, 'useBias')).toThrow('Expected true or false. Received: 0.');
  expect(nonEmptyString('a', 'name')).toBe('a');
  for (const value of ['', 3, undefined])
    expect(() => nonEmptyString(value, 'name')).toThrow('Expected a name');
});

describe('oneOf', () => {
  const paddings = ['valid', 'same', 'causal'] as const;

  test('gives the choice back', () => expect(oneOf('same', paddings, 'padding')).toBe('same'));

  test('suggests the nearest', () => {
    expect(() => oneOf('smae', paddings, 'padding', layer)).toThrow(
      'Invalid value for padding in layer "sep1". Expected one of "valid", "same", "causal". Received: "smae". ' +
        'Did you mean "same"?',
    );
  });

  test('suggests nothing where nothing is near', () => {
    expect(() => oneOf('reflect', paddings, 'padding')).toThrow(/Received: "reflect"\.$/);
    expect(() => oneOf(3, paddings, 'padding')).toThrow(/Received: 3\.$/);
  });
});

describe('spatialExtents', () => {
  test('an integer stands for every dimension', () => {
    expect(spatialExtents(2, 3, 'strides')).toEqual([2, 2, 2]);
    expect(spatialExtents([1, 2], 2, 'strides')).toEqual([1, 2]);
  });

  test('names the dimensions of its rank', () => {
    expect(() => spatialExtents(0, 2, 'dilationRate', layer)).toThrow(
      'Invalid value for dilationRate in layer "sep1". Expected a positive integer or [height, width]. Received: 0.',
    );
    expect(() => spatialExtents([1], 3, 'strides')).toThrow('[depth, height, width]');
    expect(() => spatialExtents([1, 2], 1, 'strides')).toThrow('[length]');
    expect(() => spatialExtents([1, 1.5], 2, 'strides')).toThrow('Received: [1, 1.5]');
  });

  test('the result is no alias of the argument', () => {
    const given = [1, 2];
    expect(spatialExtents(given, 2, 'strides')).not.toBe(given);
  });
});

describe('knownOptions', () => {
  const allowed = ['filters', 'kernelSize', 'dilationRate', 'depthMultiplier'];

  test('passes known ones', () => {
    expect(() => knownOptions({ filters: 1, kernelSize: undefined }, allowed)).not.toThrow();
    expect(() => knownOptions({}, allowed)).not.toThrow();
  });

  test('refuses an unknown one, even undefined, with the nearest name', () => {
    expect(() => knownOptions({ dilation_rate: 2 }, allowed, layer)).toThrow(
      'Unknown option "dilation_rate" in layer "sep1". Did you mean "dilationRate"? Known options: ' +
        'filters, kernelSize, dilationRate, depthMultiplier.',
    );
    expect(() => knownOptions({ dilation: undefined }, allowed)).toThrow(UnknownOptionError);
    expect(() => knownOptions({ zzz: 1 }, allowed)).toThrow('Unknown option "zzz". Known options: filters');
  });

  test('refuses what is no object', () => {
    for (const value of [3, null, undefined, 'a', []])
      expect(() => knownOptions(value, allowed)).toThrow('Invalid value for options. Expected an object.');
  });
});

describe('nearest', () => {
  const names = ['dilationRate', 'depthMultiplier', 'depthwiseInitializer', 'useBias'];
  test.each([
    ['dilation_rate', 'dilationRate'],
    ['DILATIONRATE', 'dilationRate'],
    ['dilatoinRate', 'dilationRate'],
    ['dilation', 'dilationRate'],
    ['usebais', 'useBias'],
    ['depth', undefined],
    ['dep', undefined],
    ['x', undefined],
    ['', undefined],
    ['zzzzzzzzzzzz', undefined],
  ])('%s', (word, name) => expect(nearest(word, names)).toBe(name));

  test('no names, no suggestion', () => expect(nearest('a', [])).toBeUndefined());
});
