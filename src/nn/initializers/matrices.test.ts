import { describe, expect, test } from 'vitest';
import { layers, loadModel, sequential } from '../../index.ts';
import { getInitializer, identity, orthogonal } from './index.ts';
import { initialValues } from './initial-values.ts';
import { orthonormalColumns } from './orthonormal-columns.ts';

test('Q as NumPy gives it, its columns multiplied by the signs of the diagonal of R', () => {
  const matrix = Array.from({ length: 15 }, (_, k) => {
    const [i, j] = [Math.floor(k / 3), k % 3];
    return (((7 * i + 3 * j * j + i * j) % 11) - 5) / 4;
  });
  // numpy.linalg.qr, then q * numpy.sign(numpy.diag(r)), as keras.initializers.Orthogonal does.
  const wanted = [
    [-0.65094455, 0.26037782, -0.26037782, 0.65094455, 0.13018891],
    [-0.40900072, -0.6950503, 0.39896389, 0.11291431, -0.42154675],
    [-0.26864837, 0.63910724, 0.64173461, -0.21872838, -0.24434521],
  ];
  for (const [k, column] of orthonormalColumns(matrix, 5, 3).entries())
    for (const [row, value] of column.entries()) expect(value).toBeCloseTo(wanted[k]![row]!, 7);
});

describe.each([
  ['more rows', [12, 5]],
  ['more columns', [4, 9]],
  ['as many', [16, 16]],
  ['a kernel', [3, 3, 4, 8]],
])('orthogonal, %s', (_, shape) => {
  test('the product with its transpose is gain^2 on the diagonal, else 0', () => {
    const values = initialValues(orthogonal({ gain: 1.5 }), shape, 7, 2);
    const columns = shape.at(-1)!;
    const rows = values.length / columns;
    const at = (long: number, short: number): number =>
      rows < columns ? values[short * columns + long]! : values[long * columns + short]!;
    const [long, short] = [Math.max(rows, columns), Math.min(rows, columns)];
    for (let a = 0; a < short; a++)
      for (let b = 0; b < short; b++) {
        let sum = 0;
        for (let k = 0; k < long; k++) sum += at(k, a) * at(k, b);
        expect(sum).toBeCloseTo(a === b ? 2.25 : 0, 5);
      }
  });
});

test('orthogonal matrices of many seeds point nowhere: mean 0, second moment 1/n of every element', () => {
  const [n, seeds] = [4, 4000];
  const sums = new Float64Array(2 * n * n);
  for (let seed = 0; seed < seeds; seed++)
    for (const [k, value] of initialValues(orthogonal(), [n, n], seed, 0).entries()) {
      sums[2 * k]! += value / seeds;
      sums[2 * k + 1]! += (value * value) / seeds;
    }
  // Five standard deviations: of an element sqrt(1/n), of its square sqrt(3/(n(n+2)) - 1/n^2).
  for (let k = 0; k < n * n; k++) {
    expect(Math.abs(sums[2 * k]!)).toBeLessThan(5 * Math.sqrt(1 / n / seeds));
    expect(Math.abs(sums[2 * k + 1]! - 1 / n)).toBeLessThan(
      5 * Math.sqrt((3 / (n * (n + 2)) - 1 / n ** 2) / seeds),
    );
  }
});

test('identity, square or not', () => {
  expect(initialValues(identity({ gain: 2 }), [2, 3], 0, 0)).toEqual(Float32Array.of(2, 0, 0, 0, 2, 0));
  expect(initialValues(identity(), [3, 2], 0, 0)).toEqual(Float32Array.of(1, 0, 0, 1, 0, 0));
});

test('other shapes are refused where the layer is made, by name', () => {
  const make = (kernelInitializer: 'identity', biasInitializer: 'zeros' | 'orthogonal') => () =>
    sequential(
      [layers.conv1d({ filters: 2, kernelSize: 3, kernelInitializer, biasInitializer, name: 'own' })],
      {
        inputShape: [8, 2],
      },
    );
  expect(make('identity', 'zeros')).toThrow(
    /the identity matrix in layer "own".*Expected 2 dimensions.*\[3, 2, 2\]/s,
  );
  const dense = (): unknown =>
    sequential([layers.dense({ units: 2, biasInitializer: 'orthogonal', name: 'own' })], { inputShape: [2] });
  expect(dense).toThrow(/an orthogonal matrix in layer "own".*at least 2 dimensions.*\[2\]/s);
});

test('through a .keras file, and by the names that Keras writes', async () => {
  const model = sequential(
    [
      layers.dense({ units: 3, kernelInitializer: orthogonal({ gain: 2, seed: 5 }), name: 'a' }),
      layers.dense({ units: 3, kernelInitializer: identity({ gain: 0.5 }), name: 'b' }),
    ],
    { inputShape: [4] },
  );
  const again = await loadModel(await model.toBytes('keras'));
  expect(again.layers.map((layer) => layer.getConfig())).toEqual(
    model.layers.map((layer) => layer.getConfig()),
  );
  const weights = async (own: typeof model) => (await own.getWeights()).map(({ data }) => data);
  expect(await weights(again.clone())).toEqual(await weights(model));
  for (const name of ['orthogonal', 'Orthogonal', 'OrthogonalInitializer'])
    expect(getInitializer(name, 'x').className).toBe('Orthogonal');
  expect(getInitializer({ class_name: 'IdentityInitializer', config: { gain: 3 } }, 'x').config).toEqual({
    gain: 3,
  });
});
