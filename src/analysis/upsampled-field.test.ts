import { expect, test } from 'vitest';
import { sequential } from '../model/model.ts';
import * as layers from '../nn/layers/index.ts';
import { type AxisField, receptiveField } from './receptive-field.ts';

test('upsampling moves a field by a fraction of its input, permuted axes by their own', () => {
  const network = sequential(
    [
      layers.upSampling2d({ name: 'up', size: [2, 3] }),
      layers.conv2d({ name: 'c', filters: 1, kernelSize: 3, padding: 'same' }),
      layers.permute({ name: 'turned', dims: [2, 1, 3] }),
    ],
    { inputShape: [20, 20, 1] },
  );
  const { layers: found } = receptiveField(network);
  const axes = (name: string): readonly AxisField[] =>
    found.find((layer) => layer.name === name)!.fields[0]!.axes;
  expect(axes('up')).toMatchObject([
    { size: 1, stride: 1 / 2, centre: [9, 9] },
    { size: 1, stride: 1 / 3, centre: [9, 9] },
  ]);
  // rows 18 to 20 of the larger image lie in rows 9 and 10, columns 28 to 30 in columns 9 and 10
  expect(axes('c')).toMatchObject([
    { size: 2, stride: 1 / 2, centre: [9, 10] },
    { size: 2, stride: 1 / 3, centre: [9, 10] },
  ]);
  expect(axes('turned').map(({ stride }) => stride)).toEqual([1 / 2, 1 / 3]);
});
