import { describe, expect, test } from 'vitest';
import {
  AtrousError,
  DataError,
  FileError,
  FormatError,
  InternalError,
  InvalidArgumentError,
  NumericError,
  RuntimeError,
  ShapeError,
  UnsupportedError,
} from '../errors/index.ts';
import { failureOf, wantsTrace } from './failure.ts';

const file = (code: string): FileError =>
  new FileError(
    { action: 'write', path: 'x', problem: 'it did not work' },
    { cause: Object.assign(new Error(code), { code }) },
  );

describe('the exit code', () => {
  test.each([
    ['bad use', new InvalidArgumentError({ argument: 'x', expected: 'y', received: 0 }), 2],
    ['a wrong shape', new ShapeError({ subject: 'x', expected: [1], received: [2] }), 2],
    ['a corrupt file', new FormatError({ source: 'x', problem: 'it is truncated' }), 2],
    ['wrong data', new DataError({ source: 'x', problem: 'a label is 11' }), 2],
    ['what is not supported', new UnsupportedError({ feature: 'A lambda layer' }), 2],
    ['a path below a file', file('ENOTDIR'), 2],
    ['a missing file', file('ENOENT'), 2],
    ['a full disk', file('ENOSPC'), 1],
    ['a file that grew too large', file('EFBIG'), 1],
    ['a failed download', new FileError({ action: 'download', path: 'x', problem: 'it is gone' }), 1],
    ['a loss that is not finite', new NumericError({ quantity: 'loss', value: Number.NaN }), 1],
    ['a failed worker', new RuntimeError('A worker ended.'), 1],
    ['a defect', new InternalError('It broke.'), 1],
    ['an error of anything else', new TypeError('x is not a function'), 1],
  ])('for %s', (_, error, code) => expect(failureOf(error, false).exitCode).toBe(code));
});

describe('the message', () => {
  test('of a known error is its own, on one line', () =>
    expect(failureOf(new AtrousError('data', 'One.\n  Two.'), false).message).toBe('One. Two.'));

  test('of another error is short and says how to see more', () => {
    const { message } = failureOf(new TypeError('x is not a function'), false);
    expect(message).toBe('An unexpected error came up: x is not a function. ATROUS_DEBUG=1 shows where.');
  });

  test('has the stack where it is asked for', () => {
    const error = new TypeError('x is not a function');
    expect(failureOf(error, true).message).toBe(error.stack);
    expect(failureOf(new RuntimeError('It ended.'), true).message).toMatch(/^It ended\.\n.*\n +at /);
  });
});

test.each([
  ['1', true],
  ['plan,1', true],
  ['plan', false],
  ['', false],
  [undefined, false],
])('ATROUS_DEBUG=%s asks for traces: %s', (value, wanted) =>
  expect(wantsTrace({ ATROUS_DEBUG: value })).toBe(wanted));
