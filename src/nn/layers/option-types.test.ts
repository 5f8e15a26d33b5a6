import { expect, expectTypeOf, test } from 'vitest';
import * as layers from './index.ts';

const window = { filters: 2, kernelSize: 3 } as const;

test('the types of options say what the number of spatial dimensions allows', () => {
  layers.conv1d({ ...window, padding: 'causal', kernelSize: [3], dilationRate: [2] });
  layers.conv2d({ ...window, padding: 'same', kernelSize: [3, 5], strides: [1, 2] });
  layers.conv3d({ ...window, padding: [[0, 1], [1, 1], [2, 0]], kernelSize: [3, 3, 3] }); // biome-ignore format: one line
  layers.maxPooling2d({ poolSize: [2, 1], strides: null });
  layers.upSampling3d({ size: [1, 2, 2] });
  layers.zeroPadding2d({ padding: [[1, 0], 2] });
  type Of<R extends 1 | 2 | 3> = layers.ConvOptions<R>['kernelSize'];
  expectTypeOf<Of<1>>().toEqualTypeOf<number | readonly [number]>();
  expectTypeOf<Of<2>>().toEqualTypeOf<number | readonly [number, number]>();
  expectTypeOf<layers.ConvOptions['kernelSize']>().toEqualTypeOf<Of<1> | Of<2> | Of<3>>();
});

test('what is refused at run time does not compile', () => {
  const { conv1d, conv2d, conv3d, conv2dTranspose, separableConv2d, depthwiseConv2d } = layers;
  const refused: (() => unknown)[] = [
    // @ts-expect-error: causal means one dimension
    () => conv2d({ ...window, padding: 'causal' }),
    // @ts-expect-error: two extents, or one number for both
    () => conv2d({ ...window, kernelSize: [3] }),
    // @ts-expect-error: one extent
    () => conv1d({ ...window, kernelSize: [3, 3] }),
    // @ts-expect-error: three extents
    () => conv3d({ ...window, strides: [1, 1] }),
    // @ts-expect-error: two rates
    () => conv2d({ ...window, dilationRate: [2, 2, 2] }),
    // @ts-expect-error: a pair for each of two dimensions
    () => conv2d({ ...window, padding: [[1, 1]] }),
    // @ts-expect-error: causal means one dimension
    () => separableConv2d({ ...window, padding: 'causal' }),
    // @ts-expect-error: two extents
    () => depthwiseConv2d({ kernelSize: [3] }),
    // @ts-expect-error: never causal
    () => layers.conv1dTranspose({ ...window, padding: 'causal' }),
    // @ts-expect-error: two numbers
    () => conv2dTranspose({ ...window, strides: 2, outputPadding: [1] }),
    // @ts-expect-error: two extents
    () => layers.maxPooling2d({ poolSize: [2] }),
    // @ts-expect-error: one step
    () => layers.averagePooling1d({ strides: [2, 2] }),
    // @ts-expect-error: two extents
    () => layers.adaptiveAveragePooling2d({ outputSize: [1] }),
    // @ts-expect-error: two sizes
    () => layers.upSampling2d({ size: [2] }),
    // @ts-expect-error: a number or a pair for each of two dimensions
    () => layers.zeroPadding2d({ padding: [1] }),
    // @ts-expect-error: three of them
    () => layers.cropping3d({ cropping: [1, 1] }),
  ];
  for (const make of refused) expect(make).toThrow(/Invalid value for/);
});
