import { expect, test } from 'vitest';
import { createInterpreterSession } from '../../engine/interpreter-session.ts';
import { sequential } from '../../model/model.ts';
import { TestRandom } from '../../ops/test-random.test-support.ts';
import { tensor } from '../../tensor/tensor.ts';
import { depthwiseConv3d, separableConv3d } from './index.ts';
import { layerSamplers, sampledWithoutKeras } from './samples.test-support.ts';

const each = (value: unknown): number[] =>
  typeof value === 'number' ? [value, value, value] : (value as number[]);

/** The spatial step in plain loops, in float64: every channel by itself, `multiplier` outputs a channel. */
function depthwise(
  x: number[],
  shape: readonly number[],
  kernel: ArrayLike<number>,
  options: Record<string, unknown>,
) {
  const [taps, strides, dilation] = [options.kernelSize, options.strides ?? 1, options.dilationRate ?? 1].map(
    each,
  );
  const multiplier = (options.depthMultiplier as number | undefined) ?? 1;
  const channels = shape[3]!;
  const reach = taps!.map((n, k) => (n - 1) * dilation![k]! + 1);
  const isSame = options.padding === 'same';
  const out = reach.map((r, k) => Math.ceil((isSame ? shape[k]! : shape[k]! - r + 1) / strides![k]!));
  const before = reach.map((r, k) =>
    isSame ? Math.max((out[k]! - 1) * strides![k]! + r - shape[k]!, 0) >> 1 : 0,
  );
  const y: number[] = [];
  for (let i = 0; i < out[0]!; i++)
    for (let j = 0; j < out[1]!; j++)
      for (let k = 0; k < out[2]!; k++)
        for (let c = 0; c < channels; c++)
          for (let m = 0; m < multiplier; m++) {
            let sum = 0;
            for (let u = 0; u < taps![0]!; u++)
              for (let v = 0; v < taps![1]!; v++)
                for (let w = 0; w < taps![2]!; w++) {
                  const at = [i, j, k].map(
                    (o, n) => o * strides![n]! + [u, v, w][n]! * dilation![n]! - before[n]!,
                  );
                  if (at.some((place, n) => place < 0 || place >= shape[n]!)) continue;
                  const from = ((at[0]! * shape[1]! + at[1]!) * shape[2]! + at[2]!) * channels + c;
                  const tap = (u * taps![1]! + v) * taps![2]! + w;
                  sum += x[from]! * kernel[(tap * channels + c) * multiplier + m]!;
                }
            y.push(sum);
          }
  return { y, channels: channels * multiplier };
}

const makers = { depthwiseConv3d, separableConv3d };
const names = Object.keys(makers) as (keyof typeof makers)[];

test.each(names)('%s as plain loops compute it', async (name) => {
  const random = new TestRandom(20_261_201);
  for (let k = 0; k < sampledWithoutKeras[name]; k++) {
    const sample = layerSamplers[name](random);
    const options = { ...sample.options, activation: 'linear', useBias: false };
    const [shape] = sample.inputs as [number[]];
    const x = Array.from({ length: shape.reduce((a, b) => a * b) }, () =>
      Math.fround(random.uniform() - 0.5),
    );
    const model = sequential([makers[name](options as never)], {
      inputShape: shape,
      engine: { session: createInterpreterSession },
    });
    const [kernel, pointwise] = await model.getWeights();
    const { y, channels } = depthwise(x, shape, kernel!.data, options);
    const filters = pointwise?.shape.at(-1) ?? 0;
    const wanted = pointwise
      ? Array.from({ length: (y.length / channels) * filters }, (_, n) => {
          const first = Math.floor(n / filters) * channels;
          let sum = 0;
          for (let c = 0; c < channels; c++)
            sum += y[first + c]! * pointwise.data[c * filters + (n % filters)]!;
          return sum;
        })
      : y;
    const found = await model.predict(tensor(Float32Array.from(x), [1, ...shape]));
    expect(found.data.length).toBe(wanted.length);
    for (const [n, value] of wanted.entries())
      expect(Math.abs(found.data[n]! - value), JSON.stringify(options)).toBeLessThan(1e-5);
    model.dispose();
  }
});
