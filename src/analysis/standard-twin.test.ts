import { expect, test } from 'vitest';
import * as layers from '../nn/layers/index.ts';
import { sequentialNetwork } from '../nn/network/index.ts';
import { standardTwin } from './standard-twin.ts';

test.each([
  ['SeparableConv1D', layers.separableConv1d, 'Conv1D', [9, 2], 'causal'],
  ['SeparableConv2D', layers.separableConv2d, 'Conv2D', [9, 9, 2], 'same'],
  ['SeparableConv3D', layers.separableConv3d, 'Conv3D', [9, 9, 9, 2], 'same'],
] as const)('%s has a twin of its own rank', (className, make, standard, inputShape, padding) => {
  const makeAny = make as (options: layers.SeparableConvOptions) => layers.Layer;
  const layer = makeAny({ filters: 4, kernelSize: 3, dilationRate: 2, padding });
  const network = sequentialNetwork([layer], { inputShape });
  const twin = standardTwin(network)!;
  expect([layer.className, twin.layers.at(-1)!.className]).toEqual([className, standard]);
  expect(twin.layers.at(-1)!.weights[0]!.shape).toEqual([...inputShape.slice(0, -1).map(() => 3), 2, 4]);
  expect(twin.outputs[0]!.shape).toEqual(network.outputs[0]!.shape);
});
