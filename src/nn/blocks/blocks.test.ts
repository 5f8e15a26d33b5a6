import { describe, expect, test } from 'vitest';
import { input } from '../layers/input-layer.ts';
import { functionalNetwork } from '../network/network.ts';
import { costsOf } from '../network/summary.ts';
import * as blocks from './index.ts';

const classesOf = (inputs: ReturnType<typeof input>, outputs: ReturnType<typeof input>): string[] =>
  functionalNetwork({ inputs, outputs }).layers.map((layer) => layer.className);
const parameters = (inputs: ReturnType<typeof input>, outputs: ReturnType<typeof input>): number =>
  costsOf(functionalNetwork({ inputs, outputs })).parameters;

describe('squeeze and excite', () => {
  test.each([[[9, 8]], [[5, 4, 8]], [[3, 4, 2, 8]]])('%s', (shape) => {
    const x = input({ shape });
    const y = blocks.squeezeExcite(x);
    expect(y.shape).toEqual(shape);
    expect(parameters(x, y)).toBe(8 * 2 + 2 + 2 * 8 + 8);
  });
  test('names', () => {
    const x = input({ shape: [4, 4, 6] });
    const y = blocks.squeezeExcite(x, { units: 3, name: 'se', gate: 'hardSigmoid' });
    const { layers } = functionalNetwork({ inputs: x, outputs: y });
    expect(layers.slice(1).map((layer) => layer.name)).toEqual([
      'se_squeeze',
      'se_reduce',
      'se_expand',
      'se_scale',
    ]);
  });
});

describe('inverted residual', () => {
  test('adds where the shapes are the same', () => {
    const x = input({ shape: [8, 8, 4] });
    const same = blocks.invertedResidual(x, { filters: 4, expansion: 2, name: 'a' });
    expect(same.layer.className).toBe('Add');
    expect(parameters(x, same)).toBe(4 * 8 + 4 * 8 + (9 * 8 + 4 * 8) + (8 * 4 + 4 * 4));
    const half = blocks.invertedResidual(x, { filters: 6, strides: 2, squeeze: true, name: 'b' });
    expect([half.shape, half.layer.className]).toEqual([[4, 4, 6], 'BatchNormalization']);
    expect(classesOf(x, half)).toContain('Multiply');
    expect(classesOf(x, blocks.invertedResidual(x, { filters: 4, expansion: 1 }))).not.toContain('Conv2D_1');
  });
});

test('pyramids of dilations', () => {
  const x = input({ shape: [8, 6, 4] });
  const y = blocks.aspp(x, { filters: 5, rates: [1, 2], name: 'pyramid' });
  expect(y.shape).toEqual([8, 6, 5]);
  const seen = classesOf(x, y);
  expect(seen.filter((name) => name === 'SeparableConv2D')).toHaveLength(2);
  expect(seen).toContain('UpSampling2D');
  expect(classesOf(x, blocks.aspp(x, { filters: 5, pooled: false }))).not.toContain('UpSampling2D');
  const volume = input({ shape: [3, 4, 4, 2] });
  expect(blocks.aspp(volume, { filters: 3, rates: [2] }).shape).toEqual([3, 4, 4, 3]);
});

test('gated residuals', () => {
  const x = input({ shape: [20, 4] });
  const { output, skip } = blocks.gatedResidual(x, { filters: 6, dilationRate: 4, skipFilters: 3 });
  expect([output.shape, skip.shape]).toEqual([
    [20, 4],
    [20, 3],
  ]);
  expect(classesOf(x, output).sort()).toEqual([
    'Add',
    'Conv1D',
    'Conv1D',
    'Conv1D',
    'InputLayer',
    'Multiply',
  ]);
});

test('what is refused', () => {
  const x = input({ shape: [4, 4, 3] });
  expect(() => blocks.aspp(x, { filters: 2, rates: [] })).toThrow('Invalid value for rates in blocks.aspp');
  expect(() => blocks.squeezeExcite(x, { unit: 2 } as never)).toThrow('Did you mean "units"?');
  expect(() => blocks.invertedResidual(3 as never, { filters: 1 })).toThrow('a symbolic tensor');
  expect(() => blocks.gatedResidual(input({ shape: [3] }), { filters: 1 })).toThrow(
    '1 to 3 spatial dimensions',
  );
  expect(() => blocks.invertedResidual(x, { filters: 0 })).toThrow('Invalid value for filters');
});
