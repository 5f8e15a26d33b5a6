import { describe, expect, test } from 'vitest';
import { order } from '../../compiler/plan/order.ts';
import { computeNode, type Graph, input, type Node, variable } from '../../graph/node.ts';
import * as b from '../../ir/build.ts';
import { compute } from '../../ir/definition.ts';
import * as ops from '../../ops/index.ts';
import { TestRandom } from '../../ops/samplers.test-support.ts';
import { interpret } from './interpret.ts';

const f = Math.fround;
const graphOf = (y: Node): Graph => ({ outputs: { y }, assignments: [] });
const batched = (name: string, shape: readonly number[]): Node =>
  input(name, { dtype: 'f32', shape, batched: true });
/** Numbers whose sums depend on the order: 24 bits each, over six decades. */
const rough = (random: TestRandom, count: number): Float32Array =>
  Float32Array.from({ length: count }, () => (random.uniform() - 0.5) * 10 ** random.integer(-3, 3));

describe('float32 sums', () => {
  test('a sequential sum adds product after product', () => {
    const random = new TestRandom(1);
    const [x, k] = [rough(random, 15), rough(random, 15)];
    const kernel = variable('k', [15, 1]);
    const graph = order(graphOf(ops.dense(batched('x', [15]), kernel)));
    let expected = 0;
    for (let i = 0; i < 15; i++) expected = f(expected + f(x[i]! * k[i]!));
    const { outputs } = interpret(graph, { x }, new Map([[kernel, k]]), { precision: 'f32', batchSize: 1 });
    expect([...outputs.y!]).toEqual([expected]);
  });

  test('an interleaved sum has eight accumulators over all axes and is closed once', () => {
    const random = new TestRandom(2);
    const [x, k] = [rough(random, 3 * 21), rough(random, 3 * 21)];
    const kernel = variable('k', [3, 21, 1]);
    const graph = order(graphOf(ops.convolution(batched('x', [3, 21]), kernel)));
    const p = new Float32Array(8);
    for (let u = 0; u < 3; u++) {
      for (let c = 0; c < 21; c++) p[c % 8] = f(p[c % 8]! + f(x[21 * u + c]! * k[21 * u + c]!));
    }
    const [p0, p1, p2, p3, p4, p5, p6, p7] = p as unknown as number[];
    const even = f(f(p0! + p4!) + f(p2! + p6!));
    const odd = f(f(p1! + p5!) + f(p3! + p7!));
    const { outputs } = interpret(graph, { x }, new Map([[kernel, k]]), { precision: 'f32', batchSize: 1 });
    expect([...outputs.y!]).toEqual([f(even + odd)]);
  });

  test('a sum over the batch goes through shards and joins them in the tree', () => {
    const random = new TestRandom(3);
    const n = 21;
    const x = rough(random, n * 5);
    const source = batched('x', [5]);
    const definition = compute('reduce', [], () => b.sum(['r0'], b.load(source, ['r0'])), [
      { name: 'r0', extent: 5 },
    ]);
    const graph = order(graphOf(computeNode('total', [], definition, [source])));
    const shards = Array.from({ length: 8 }, (_, s) => {
      let total = 0;
      for (let i = Math.floor((s * n) / 8); i < Math.floor(((s + 1) * n) / 8); i++) {
        for (let r = 0; r < 5; r++) total = f(total + x[5 * i + r]!);
      }
      return total;
    });
    const [a, c, d, e, g, h, i, j] = shards as [
      number,
      number,
      number,
      number,
      number,
      number,
      number,
      number,
    ];
    const expected = f(f(f(a + c) + f(d + e)) + f(f(g + h) + f(i + j)));
    const { outputs } = interpret(graph, { x }, new Map(), { precision: 'f32', batchSize: n });
    expect([...outputs.y!]).toEqual([expected]);
  });

  test('a sample does not depend on the batch it is in', () => {
    const random = new TestRandom(4);
    const kernel = variable('k', [3, 3, 2, 4]);
    const y = ops.dropout(
      ops.convolution(batched('x', [5, 5, 2]), kernel, { dilation: 2, padding: 'same' }),
      {
        rate: 0.3,
        stream: 5,
      },
    );
    const graph = order(graphOf(y));
    const values = new Map([[kernel, rough(random, 72)]]);
    const x = rough(random, 4 * 50);
    const options = { precision: 'f32', step: 3, seed: [1, 2] } as const;
    const all = interpret(graph, { x }, values, { ...options, batchSize: 4 }).outputs.y!;
    const first = interpret(graph, { x: x.subarray(0, 50) }, values, { ...options, batchSize: 1 }).outputs.y!;
    expect([...all.subarray(0, 100)]).toEqual([...first]);
  });
});

describe('expressions', () => {
  test('maximum and argmax take the first of equals; NaN stays', () => {
    const x = batched('x', [4]);
    const rows = [
      [1, 3, 3, 2],
      [-1, Number.NaN, 5, 0],
      [Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY, -2, -2],
    ];
    const { outputs } = interpret(
      { outputs: { largest: ops.reduceMax(x), first: ops.argMax(x) }, assignments: [] },
      { x: rows.flat() },
      new Map(),
      { precision: 'f32', batchSize: 3 },
    );
    expect([...outputs.largest!]).toEqual([3, Number.NaN, -2]);
    expect([outputs.first![0], outputs.first![2]]).toEqual([1, 2]);
  });

  test('relu keeps NaN and turns -0 into 0 only where the contract says so', () => {
    const x = batched('x', [1]);
    const { outputs } = interpret(graphOf(ops.relu(x)), { x: [Number.NaN, -0, -1, 2] }, new Map(), {
      precision: 'f32',
      batchSize: 4,
    });
    // max(x, 0) is x < 0 ? 0 : x.
    expect([...outputs.y!]).toEqual([Number.NaN, -0, 0, 2]);
  });

  test('dropout keeps about 1 - rate and scales', () => {
    const x = batched('x', [1000]);
    const run = (step: number) =>
      interpret(
        graphOf(ops.dropout(x, { rate: 0.25, stream: 0 })),
        { x: new Float32Array(8000).fill(1) },
        new Map(),
        {
          precision: 'f32',
          batchSize: 8,
          step,
        },
      ).outputs.y!;
    const first = run(0);
    expect(new Set(first)).toEqual(new Set([0, f(1 / 0.75)]));
    const kept = [...first].filter((value) => value > 0).length;
    expect(Math.abs(kept - 6000)).toBeLessThan(5 * Math.sqrt(8000 * 0.25 * 0.75));
    expect([...run(1)]).not.toEqual([...first]);
  });

  test('assigns nothing if the output that guards the step is not finite', () => {
    const x = batched('x', [1]);
    const w = variable('w', []);
    const loss = ops.log(ops.reduceSum(x));
    const graph: Graph = {
      outputs: { loss },
      assignments: [{ variable: w, value: ops.sumOverBatch(loss) }],
      guard: 'loss',
    };
    const assigned = (values: number[]): number[] => [
      ...(interpret(graph, { x: values }, new Map(), { precision: 'f32', batchSize: 2 }).variables.get(w) ??
        []),
    ];
    expect(assigned([1, 1])).toEqual([0]);
    expect(assigned([1, 0])).toEqual([]);
    expect(assigned([1, -1])).toEqual([]);
  });

  test('refuses missing and wrongly sized values', () => {
    const graph = graphOf(ops.relu(batched('x', [3])));
    const options = { precision: 'f32', batchSize: 2 } as const;
    expect(() => interpret(graph, {}, new Map(), options)).toThrow(/input "x"/);
    expect(() => interpret(graph, { x: [1, 2, 3] }, new Map(), options)).toThrow(/6 numbers/);
  });
});

test('the error function in float64 has the values of published tables', async () => {
  const { erfDouble } = await import('./erf-double.ts');
  const table = [
    [0, 0],
    [0.5, 0.5204998778130465],
    [1, 0.8427007929497149],
    [2, 0.9953222650189527],
    [3, 0.9999779095030014],
    [3.5, 0.9999992569016276],
  ] as const;
  for (const [x, y] of table) {
    expect(Math.abs(erfDouble(x) - y)).toBeLessThan(1e-15);
    expect(erfDouble(-x)).toBeCloseTo(-y, 14);
  }
});
