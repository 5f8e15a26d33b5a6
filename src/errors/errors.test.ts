import { describe, expect, test } from 'vitest';
import {
  AtrousError,
  DataError,
  FileError,
  FormatError,
  InternalError,
  InvalidArgumentError,
  inLayer,
  invariant,
  isAtrousError,
  NumericError,
  RuntimeError,
  ShapeError,
  UnknownOptionError,
  UnsupportedError,
} from './errors.ts';

const caught = (run: () => unknown): unknown => {
  try {
    run();
  } catch (error) {
    return error;
  }
  throw new Error('nothing was thrown');
};

describe('sentences', () => {
  test('an invalid argument names the layer, what is right and what came', () => {
    const error = new InvalidArgumentError({
      argument: 'dilationRate',
      layer: 'sep1',
      expected: 'a positive integer or [height, width]',
      received: 0,
    });
    expect(error.message).toBe(
      'Invalid value for dilationRate in layer "sep1". Expected a positive integer or [height, width]. Received: 0.',
    );
    expect(error).toMatchObject({
      code: 'invalid-argument',
      argument: 'dilationRate',
      layer: 'sep1',
      received: 0,
    });
  });

  test('a call stands where there is no layer', () => {
    const error = new InvalidArgumentError({
      argument: 'epochs',
      call: 'fit',
      expected: 'a positive integer',
      received: -1,
    });
    expect(error.message).toBe('Invalid value for epochs in fit. Expected a positive integer. Received: -1.');
  });

  test('an unknown option lists the known ones', () => {
    const error = new UnknownOptionError({
      option: 'dilation',
      layer: 'sep1',
      known: ['filters', 'dilationRate'],
      suggestion: 'dilationRate',
    });
    expect(error.message).toBe(
      'Unknown option "dilation" in layer "sep1". Did you mean "dilationRate"? Known options: filters, dilationRate.',
    );
    expect(error.code).toBe('invalid-argument');
  });

  test('a shape', () => {
    const error = new ShapeError({ subject: 'the input', expected: [null, 28, 28, 1], received: [null, 28] });
    expect(error.message).toBe(
      'Wrong shape for the input. Expected [null, 28, 28, 1]. Received: [null, 28].',
    );
  });

  test('a file that is damaged, data that does not fit, a disk that is full', () => {
    const problem = 'label 12 at index 3 is not below 10';
    expect(new FormatError({ source: 'a.idx', problem: 'it ends after 12 of 784 bytes' }).message).toBe(
      'Cannot read a.idx: it ends after 12 of 784 bytes.',
    );
    expect(new DataError({ source: 'the labels', problem }).message).toBe(
      `Cannot use the labels: ${problem}.`,
    );
    const full = new FileError({
      action: 'write',
      path: 'runs/a.keras',
      problem: 'no space left on the device',
      advice: 'The file that was there is unchanged',
    });
    expect(full.message).toBe(
      'Cannot write runs/a.keras: no space left on the device. The file that was there is unchanged.',
    );
  });

  test('a loss that is not a number names step and layer', () => {
    const error = new NumericError({
      quantity: 'loss',
      value: Number.NaN,
      step: 12,
      epoch: 0,
      layer: 'sep1',
    });
    expect(error.message).toBe(
      'The loss became NaN at step 13, in epoch 1. The first layer whose values are not finite is "sep1". ' +
        'Check the data for values that are not finite, or take a smaller learning rate.',
    );
  });

  test('something that is not there says what to take instead', () => {
    const error = new UnsupportedError({ feature: 'A lambda layer', layer: 'f', advice: 'Use an operation' });
    expect(error.message).toBe('A lambda layer is not supported in layer "f". Use an operation.');
  });
});

describe('classes', () => {
  const all: [AtrousError, string][] = [
    [new InvalidArgumentError({ argument: 'a', expected: 'b', received: 1 }), 'InvalidArgumentError'],
    [new UnknownOptionError({ option: 'a', known: [] }), 'UnknownOptionError'],
    [new ShapeError({ subject: 'a', expected: 'b', received: [] }), 'ShapeError'],
    [new FormatError({ source: 'a', problem: 'b' }), 'FormatError'],
    [new DataError({ source: 'a', problem: 'b' }), 'DataError'],
    [new NumericError({ quantity: 'loss', value: Infinity }), 'NumericError'],
    [new UnsupportedError({ feature: 'a' }), 'UnsupportedError'],
    [new FileError({ action: 'read', path: 'a', problem: 'b' }), 'FileError'],
    [new RuntimeError('a'), 'RuntimeError'],
    [new InternalError('a.'), 'InternalError'],
  ];

  test.each(all)('%s', (error, name) => {
    expect(error).toBeInstanceOf(AtrousError);
    expect(error.name).toBe(name);
    expect(isAtrousError(error)).toBe(true);
  });

  test('other errors are not ours', () => {
    expect(isAtrousError(new TypeError('x'))).toBe(false);
    expect(isAtrousError(Object.assign(new Error('x'), { code: 'ENOENT' }))).toBe(false);
    expect(isAtrousError({ code: 'shape' })).toBe(false);
  });

  test('the cause is kept', () => {
    const cause = new Error('low');
    expect(new FormatError({ source: 'a', problem: 'b' }, { cause }).cause).toBe(cause);
  });
});

describe('invariant', () => {
  test('passes what holds', () => expect(() => invariant(1, 'never')).not.toThrow());

  test('throws an internal error with one full stop', () => {
    expect(caught(() => invariant(0, 'the plan has a circle'))).toMatchObject({
      code: 'internal',
      message: 'Internal error: the plan has a circle. Please report this.',
    });
  });
});

describe('inLayer', () => {
  test('gives the result', () => expect(inLayer('a', () => 7)).toBe(7));

  test('names the layer in argument, option and shape errors', () => {
    const bad = { argument: 'units', expected: 'a positive integer', received: 0 };
    const throwing = [
      new InvalidArgumentError(bad),
      new UnknownOptionError({ option: 'unit', known: ['units'] }),
      new ShapeError({ subject: 'the input', expected: 'b', received: [] }),
    ];
    for (const error of throwing) {
      const named = caught(() =>
        inLayer('dense', () => {
          throw error;
        }),
      );
      expect(named).toMatchObject({ layer: 'dense', name: error.name });
      expect((named as Error).message).toContain('in layer "dense"');
    }
  });

  test('keeps the inner layer and every other error as it is', () => {
    const inner = new InvalidArgumentError({ layer: 'inner', argument: 'a', expected: 'b', received: 1 });
    const other = new RangeError('x');
    for (const error of [inner, other]) {
      const thrown = caught(() =>
        inLayer('outer', () => {
          throw error;
        }),
      );
      expect(thrown).toBe(error);
    }
  });
});
