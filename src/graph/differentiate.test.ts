import { describe, expect, test } from 'vitest';
import { interpret } from '../backends/interpreter/interpret.ts';
import { affine } from '../ir/affine.ts';
import { load, sum } from '../ir/build.ts';
import { compute } from '../ir/definition.ts';
import * as ops from '../ops/index.ts';
import { TestRandom } from '../ops/samplers.test-support.ts';
import { gradients } from './differentiate.ts';
import { computeNode, input, type Node, variable } from './node.ts';
import { printForTest } from './print.test-support.ts';

const batched = (name: string, shape: readonly number[]): Node =>
  input(name, { dtype: 'f32', shape, batched: true });
const text = (node: Node): string => printForTest({ outputs: { node }, assignments: [] });

describe('gradients', () => {
  test('slices that do not overlap make one gradient, side by side', () => {
    const x = batched('x', [6]);
    const [a, b, c] = [0, 2, 4].map((start) => ops.square(ops.crop(x, { cropping: [[start, 4 - start]] })));
    const whole = gradients(ops.reduceSum(ops.concatenate([a!, ops.exp(b!), ops.tanh(c!)])), [x]).get(x)!;
    expect(whole.definition!.pieces).toHaveLength(3);
    expect(whole.definition!.fill).toBeUndefined();
    const parts = gradients(ops.reduceSum(ops.concatenate([a!, c!])), [x]).get(x)!;
    expect([parts.definition!.pieces.length, parts.definition!.fill]).toEqual([2, 0]);
  });

  test('slices that overlap are added', () => {
    const x = batched('x', [6]);
    const [a, b] = [0, 1].map((start) => ops.square(ops.crop(x, { cropping: [[start, 4 - start]] })));
    const sum = gradients(ops.reduceSum(ops.multiply(a!, b!)), [x]).get(x)!;
    expect(text(sum)).toContain('x.gradient[i0] = add(x.gradient');
    expect(sum.definition!.fill).toBeUndefined();
  });

  test('a strided dilated convolution falls into residue classes whose taps ascend', () => {
    const x = batched('x', [7, 1]);
    const kernel = variable('k', [3, 1, 1]);
    const y = ops.convolution(x, kernel, { strides: 2, dilation: 3, padding: 'same' });
    const lines = text(gradients(ops.reduceSum(ops.square(y)), [x]).get(x)!)
      .split('\n')
      .slice(-2);
    // x[2 i + 3 u - 3]: even elements are read by odd taps, odd elements by taps 0 and 2.
    expect(lines).toEqual([
      'x.gradient[2*i0, 0] = mul(convolution.gradient[i0, 0], k[1, 0, 0])',
      'x.gradient[2*i0 + 1, 0] = sum{r0}(mul(convolution.gradient[i0 - 3*r0 + 2, 0], k[2*r0, 0, 0]))',
    ]);
  });

  test('windows that do not overlap are written once, without classes', () => {
    const x = batched('x', [5, 5, 2]);
    const slope = gradients(ops.reduceSum(ops.maxPool(x)), [x]).get(x)!;
    expect(slope.definition!.pieces).toHaveLength(1);
    expect(slope.definition!.fill).toBe(0);
    expect(text(slope)).toContain('x.gradient[2*i0a + i0b, 2*i1a + i1b, i2] = select(eq(maxPool.argmax');
  });

  test('sums taps before channels within a sample and positions over the batch', () => {
    const x = batched('x', [4, 4, 3]);
    const kernel = variable('k', [3, 3, 3, 5]);
    const y = ops.convolution(x, kernel, { padding: 'same' });
    const found = gradients(ops.reduceSum(ops.square(y)), [x, kernel]);
    expect(text(found.get(x)!)).toContain(
      'sum{r0 r1 r2}(mul(convolution.gradient[i0 - r0 + 1, i1 - r1 + 1, r2], k[r0, r1, i2, r2]))',
    );
    expect(text(found.get(kernel)!)).toContain(
      'sum{r0 r1}(mul(convolution.gradient[r0, r1, i3], x[i0 + r0 - 1, i1 + r1 - 1, i2]))',
    );
    expect(found.get(kernel)!.definition!.batch).toBe('reduce');
  });

  test('clip masks read the output and are shut at the bounds', () => {
    const x = batched('x', [4]);
    const found = gradients(ops.reduceSum(ops.relu6(x)), [x]).get(x)!;
    expect(text(found)).toContain(
      'select(gt(relu6[i0], 0), select(lt(relu6[i0], 6), relu6.gradient[i0], 0), 0)',
    );
    const { outputs } = interpret({ outputs: { found }, assignments: [] }, { x: [0, 6, 5, -1] }, new Map(), {
      precision: 'f64',
      batchSize: 1,
    });
    expect([...outputs.found!]).toEqual([0, 0, 1, 0]);
  });

  test('where an index leaves a part of a tensor nothing is added', () => {
    // Two halves that both slide over x; the gradient of each must not see the other half.
    const x = batched('x', [6, 1]);
    const kernel = variable('k', [3, 1, 1]);
    const joined = ops.concatenate([ops.convolution(x, kernel), x], { axis: 0 });
    const weights = variable('w', [10, 1]);
    const found = gradients(ops.reduceSum(ops.multiply(joined, weights)), [x]).get(x)!;
    const { outputs } = interpret(
      { outputs: { found }, assignments: [] },
      { x: [1, 2, 3, 4, 5, 6] },
      new Map([
        [kernel, [1, 1, 1]],
        [weights, [1, 1, 1, 1, 10, 10, 10, 10, 10, 10]],
      ]),
      { precision: 'f64', batchSize: 1 },
    );
    expect([...outputs.found!]).toEqual([11, 12, 13, 13, 12, 11]);
  });

  test('several objectives add, an unbatched one counts once, and what does not matter is 0', () => {
    const x = batched('x', [2]);
    const w = variable('w', [2]);
    const unused = variable('unused', [3]);
    const data = ops.reduceSum(ops.multiply(x, w));
    const decay = ops.reduceSum(ops.square(w));
    const found = gradients([data, decay], [w, unused]);
    const { outputs } = interpret(
      { outputs: { w: found.get(w)!, unused: found.get(unused)! }, assignments: [] },
      { x: [1, 2, 3, 4] },
      new Map([
        [w, [10, 20]],
        [unused, [0, 0, 0]],
      ]),
      { precision: 'f64', batchSize: 2 },
    );
    expect([...outputs.w!]).toEqual([1 + 3 + 20, 2 + 4 + 40]);
    expect([...outputs.unused!]).toEqual([0, 0, 0]);
  });

  test('nothing flows through stopGradient', () => {
    const w = variable('w', [2]);
    const y = ops.reduceSum(ops.multiply(ops.stopGradient(w), w));
    const found = gradients(y, [w]).get(w)!;
    const { outputs } = interpret({ outputs: { found }, assignments: [] }, {}, new Map([[w, [3, 4]]]), {
      precision: 'f64',
      batchSize: 1,
    });
    expect([...outputs.found!]).toEqual([3, 4]);
  });

  test('an index that cannot be solved is refused with a sentence', () => {
    const x = batched('x', [9]);
    const axes = ['a', 'b'].map((name) => ({ name, extent: 2 }));
    const definition = compute(
      'map',
      [3],
      () => sum(['a', 'b'], load(x, [affine({ i0: 2, a: 1, b: 1 })])),
      axes,
    );
    const y = computeNode('odd', [3], definition, [x]);
    expect(() => gradients(ops.reduceSum(y), [x])).toThrow(/The gradient through the index 2\*i0 \+ a \+ b/);
  });
});

/** Small networks of many operations: the derived gradient of each parameter against central differences. */
describe('networks', () => {
  const n = 3;
  const inverse = (): Node => input('inverseBatch', { dtype: 'f32', shape: [], batched: false });
  const networks: Record<string, (w: (shape: number[]) => Node) => { x: Node; loss: Node }> = {
    'residual, strided, normalised': (w) => {
      const x = batched('x', [7, 7, 2]);
      const normalise = (z: Node, c: number): Node =>
        ops.batchNormalization(z, { gamma: w([c]), beta: w([c]), shift: w([c]), inverseBatch: inverse() })
          .output;
      const first = ops.relu6(
        normalise(ops.convolution(x, w([3, 3, 2, 4]), { strides: 2, padding: 'same' }), 4),
      );
      const second = normalise(ops.depthwiseConvolution(first, w([3, 3, 4, 1]), { padding: 'same' }), 4);
      const features = ops.globalAveragePool(ops.add(ops.silu(second), first));
      const labels = input('labels', { dtype: 'i32', shape: [], batched: true });
      return {
        x,
        loss: ops.sparseCrossEntropyFromLogits(labels, ops.biasAdd(ops.dense(features, w([4, 3])), w([3]))),
      };
    },
    'causal, dilated': (w) => {
      const x = batched('x', [12, 1]);
      const block = (h: Node, c: number, dilation: number): Node =>
        ops.tanh(ops.biasAdd(ops.convolution(h, w([3, c, 4]), { padding: 'causal', dilation }), w([4])));
      const h = block(block(block(x, 1, 1), 4, 2), 4, 4);
      const labels = input('labels', { dtype: 'i32', shape: [], batched: true });
      return {
        x,
        loss: ops.sparseCrossEntropyFromLogits(labels, ops.dense(ops.reshape(h, [-1]), w([48, 3]))),
      };
    },
    'overlapping pools, grouped': (w) => {
      const x = batched('x', [9, 8, 2]);
      const bias = ops.biasAdd(ops.convolution(x, w([2, 3, 1, 4]), { groups: 2, padding: 'same' }), w([4]));
      const pooled = ops.maxPool(ops.relu(bias), { poolSize: 3, strides: 2, padding: 'same' });
      const mean = ops.averagePool(pooled, { poolSize: [2, 3], strides: 1, padding: 'same' });
      const joined = ops.concatenate([mean, ops.gelu(pooled)]);
      const target = batched('target', [3]);
      return { x, loss: ops.meanSquaredError(target, ops.dense(ops.reshape(joined, [-1]), w([160, 3]))) };
    },
  };

  test.each(Object.keys(networks))('%s', (name) => {
    const seed = Math.floor(Math.random() * 2 ** 31);
    const random = new TestRandom(seed);
    const parameters: Node[] = [];
    const { x, loss } = networks[name]!((shape) => {
      parameters.push(variable(`w${parameters.length}`, shape));
      return parameters.at(-1)!;
    });
    const size = (node: Node): number => node.type.shape.reduce((a, b) => a * b, 1);
    const values = new Map<Node, Float64Array>(
      parameters.map((node) => [node, Float64Array.from(random.spread(size(node), -0.8, 0.9))]),
    );
    const inputs = {
      x: random.spread(n * size(x), -1, 1),
      labels: Int32Array.of(0, 2, 1),
      target: random.spread(n * 3, 0, 1),
      inverseBatch: Float64Array.of(1 / n),
    };
    const options = { precision: 'f64', batchSize: n } as const;
    const lossAt = (at: ReadonlyMap<Node, Float64Array>): number =>
      [...interpret({ outputs: { loss }, assignments: [] }, inputs, at, options).outputs.loss!].reduce(
        (a, b) => a + b,
      );
    const found = gradients(loss, parameters);
    const outputs = Object.fromEntries(parameters.map((node) => [node.name, found.get(node)!]));
    const derived = interpret({ outputs, assignments: [] }, inputs, values, options).outputs;
    for (const node of parameters) {
      for (let probe = 0; probe < 8; probe++) {
        const k = random.integer(0, size(node) - 1);
        const moved = (delta: number): number => {
          const copy = Float64Array.from(values.get(node)!);
          copy[k] = copy[k]! + delta;
          return lossAt(new Map(values).set(node, copy));
        };
        const expected = (moved(1e-5) - moved(-1e-5)) / 2e-5;
        const received = derived[node.name]![k]!;
        const error = Math.abs(expected - received) / (1 + Math.abs(expected));
        expect(error, `seed ${seed}, ${node.name}[${k}]: ${received}, difference ${expected}`).toBeLessThan(
          1e-6,
        );
      }
    }
  });
});
