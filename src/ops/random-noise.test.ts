import { expect, test } from 'vitest';
import { interpret } from '../backends/interpreter/interpret.ts';
import { input, type Node } from '../graph/node.ts';
import { dropout, gaussianDropout, gaussianNoise, spatialDropout } from './index.ts';

const BATCH = 4;

function valuesOf(build: (x: Node) => Node, shape: readonly number[], seed: number): ArrayLike<number> {
  const x = input('x', { dtype: 'f32', shape, batched: true });
  const count = BATCH * shape.reduce((product, extent) => product * extent, 1);
  const feed = { x: new Float32Array(count).fill(2) };
  const graph = { outputs: { y: build(x) }, assignments: [] };
  return interpret(graph, feed, new Map(), { precision: 'f64', batchSize: BATCH, seed: [seed, 7] }).outputs
    .y!;
}

/** Mean, deviation, and the share beyond one and two deviations, of which a normal distribution has 0.3173 and 0.0455. */
function statistics(values: ArrayLike<number>): [number, number, number, number] {
  const list = Array.from(values);
  const mean = list.reduce((sum, v) => sum + v, 0) / list.length;
  const deviation = Math.sqrt(list.reduce((sum, v) => sum + (v - mean) ** 2, 0) / list.length);
  const beyond = (n: number): number =>
    list.filter((v) => Math.abs(v - mean) > n * deviation).length / list.length;
  return [mean, deviation, beyond(1), beyond(2)];
}

// 80000 numbers: each bound is more than five deviations of its estimate.
test.each([
  ['gaussianNoise', (x: Node) => gaussianNoise(x, { stddev: 0.5, stream: 3 }), 0.5],
  // Variance 0.2 / 0.8 around 1, of the value 2.
  ['gaussianDropout', (x: Node) => gaussianDropout(x, { rate: 0.2, stream: 3 }), 1],
] as const)('%s is normal', (_, build, wanted) => {
  const seed = Math.floor(Math.random() * 2 ** 31);
  const [mean, deviation, one, two] = statistics(valuesOf(build, [100, 200], seed));
  expect(Math.abs(mean - 2), `mean, seed ${seed}`).toBeLessThan(0.02 * wanted);
  expect(Math.abs(deviation / wanted - 1), `deviation, seed ${seed}`).toBeLessThan(0.015);
  expect(Math.abs(one - 0.3173), `beyond one deviation, seed ${seed}`).toBeLessThan(0.01);
  expect(Math.abs(two - 0.0455), `beyond two deviations, seed ${seed}`).toBeLessThan(0.005);
});

test('the extremes of normal noise', () => {
  // 16 bits tell 65536 shares apart, and with half a million draws the outermost are met: p = 1 / 131072 is -4.3250.
  const values = valuesOf((x) => gaussianNoise(x, { stddev: 1, stream: 0 }), [256, 512], 11);
  const noise = Array.from(values, (v) => v - 2).sort((a, b) => a - b);
  expect(noise[0]).toBeCloseTo(-4.325, 2);
  expect(noise.at(-1)).toBeCloseTo(4.325, 2);
});

test('spatial dropout keeps or drops a channel of a sample as a whole', () => {
  const seed = Math.floor(Math.random() * 2 ** 31);
  const [height, width, channels] = [3, 5, 2000];
  const y = valuesOf((x) => spatialDropout(x, { rate: 0.25, stream: 1 }), [height, width, channels], seed);
  let kept = 0;
  for (let sample = 0; sample < BATCH; sample++) {
    for (let channel = 0; channel < channels; channel++) {
      const at = (position: number): number => y[(sample * height * width + position) * channels + channel]!;
      const first = at(0);
      if (first !== 0) kept++;
      expect(first === 0 || Math.abs(first - 2 / 0.75) < 1e-6, `seed ${seed}`).toBe(true);
      for (let position = 1; position < height * width; position++) expect(at(position)).toBe(first);
    }
  }
  expect(Math.abs(kept / (BATCH * channels) - 0.75), `seed ${seed}`).toBeLessThan(0.03);
});

test('dropout with a noise shape keeps or drops whole samples', () => {
  const seed = Math.floor(Math.random() * 2 ** 31);
  const dropped = new Set<boolean>();
  for (let stream = 0; stream < 8; stream++) {
    const options = { rate: 0.5, stream, noiseShape: [1, 1, 1] };
    const y = Array.from(valuesOf((x) => dropout(x, options), [3, 4, 2], seed));
    for (let sample = 0; sample < BATCH; sample++) {
      const own = new Set(y.slice(sample * 24, (sample + 1) * 24));
      expect(own.size, `seed ${seed}`).toBe(1);
      dropped.add(own.has(0));
    }
  }
  expect(dropped.size, `seed ${seed}`).toBe(2);
});

test('a noise shape has 1 or the extent of the input', () => {
  for (const noiseShape of [
    [1, 2, 1],
    [3, 4],
    [3, 4, 1, 1],
  ]) {
    const options = { rate: 0.5, stream: 0, noiseShape };
    expect(() => valuesOf((x) => dropout(x, options), [3, 4, 2], 1)).toThrow('noiseShape');
  }
});
