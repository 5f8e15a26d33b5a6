import { describe, expect, test } from 'vitest';
import * as initializers from './index.ts';
import { initialValues } from './initial-values.ts';
import { fans } from './variance-scaling.ts';

const shape = [3, 3, 32, 64];
const spread = (values: Float32Array): { mean: number; deviation: number; largest: number } => {
  const mean = values.reduce((sum, v) => sum + v, 0) / values.length;
  const variance = values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / values.length;
  return {
    mean,
    deviation: Math.sqrt(variance),
    largest: values.reduce((m, v) => Math.max(m, Math.abs(v)), 0),
  };
};

test('fans as Keras counts them', () => {
  expect(fans([5, 7])).toEqual({ in: 5, out: 7 });
  expect(fans(shape)).toEqual({ in: 288, out: 576 });
  expect(fans([3, 3, 32, 1])).toEqual({ in: 288, out: 9 });
  expect(fans([4])).toEqual({ in: 4, out: 4 });
});

describe('scaled by the fans', () => {
  test.each([
    ['glorotUniform', Math.sqrt(6 / 864) / Math.sqrt(3), Math.sqrt(6 / 864)],
    ['heUniform', Math.sqrt(2 / 288), Math.sqrt(6 / 288)],
    ['lecunUniform', Math.sqrt(1 / 288), Math.sqrt(3 / 288)],
    ['glorotNormal', Math.sqrt(2 / 864), (2 * Math.sqrt(2 / 864)) / 0.8796],
    ['heNormal', Math.sqrt(2 / 288), (2 * Math.sqrt(2 / 288)) / 0.8796],
    ['lecunNormal', Math.sqrt(1 / 288), (2 * Math.sqrt(1 / 288)) / 0.8796],
  ])('%s', (name, deviation, largest) => {
    const found = spread(initialValues(initializers.getInitializer(name, 'x'), shape, 3, 0));
    expect(Math.abs(found.mean)).toBeLessThan(deviation / 50);
    expect(found.deviation / deviation).toBeCloseTo(1, 1);
    expect(found.largest).toBeLessThanOrEqual(largest * 1.0001);
    expect(found.largest).toBeGreaterThan(largest * 0.99);
  });
});

test('seed and stream choose the values; a seed of its own counts before that of the model', () => {
  const { glorotUniform } = initializers;
  const values = (seed: number, stream: number, own?: number): Float32Array =>
    initialValues(glorotUniform({ seed: own }), [4, 4], seed, stream);
  expect(values(1, 0)).toEqual(values(1, 0));
  expect(values(1, 0)).not.toEqual(values(2, 0));
  expect(values(1, 0)).not.toEqual(values(1, 1));
  expect(values(1, 0, 9)).toEqual(values(2, 0, 9));
});

test.each(['he_normal', 'heNormal', 'HeNormal'])('by the name %s', (name) => {
  expect(initializers.getInitializer(name, 'x').className).toBe('HeNormal');
});

test('from a Keras config', () => {
  const config = { scale: 2, mode: 'fan_out', distribution: 'untruncated_normal', seed: null };
  const read = initializers.getInitializer({ class_name: 'VarianceScaling', config }, 'x');
  expect(read.config).toEqual(config);
  expect(
    initializers.getInitializer({ class_name: 'Constant', config: { value: 3 } }, 'x').values([2], [0, 0], 0),
  ).toEqual(Float32Array.of(3, 3));
  expect(() => initializers.getInitializer('he_norml', 'kernelInitializer')).toThrow(
    'Did you mean "heNormal"?',
  );
  for (const name of ['constructor', 'toString'])
    expect(() => initializers.getInitializer(name, 'kernelInitializer')).toThrow('or the name of one');
});
