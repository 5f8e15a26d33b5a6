import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { interpret } from '../../backends/interpreter/interpret.ts';
import { createSession } from '../../engine/create-session.ts';
import { decodeSafetensors } from '../../formats/safetensors.ts';
import { gradients } from '../../graph/differentiate.ts';
import { type Graph, input, type Node } from '../../graph/node.ts';
import * as ops from '../../ops/index.ts';
import * as layers from '../layers/index.ts';
import { camelCase } from '../naming.ts';
import { getActivation } from './get-activation.ts';
import * as named from './named.ts';

const folder = join(import.meta.dirname, '../../../fixtures');
const { cases } = JSON.parse(readFileSync(join(folder, 'activations.json'), 'utf8')) as { cases: Case[] };
const { tensors } = decodeSafetensors(
  new Uint8Array(readFileSync(join(folder, 'activations.safetensors'))),
  'activations.safetensors',
);

interface Case {
  readonly name: string;
  readonly options: Readonly<Record<string, number>>;
}

const functions = new Map<string, unknown>(Object.entries(named));
const values = (key: string): Float32Array => tensors.get(key)!.data as Float32Array;
const x = values('x');
const vector = (extent = 4): Node => input('x', { dtype: 'f32', shape: [extent], batched: true });

/** Each value beside its own size: large ones hide no small ones. */
function expectClose(
  found: ArrayLike<number>,
  wanted: Float32Array,
  tolerance: number,
  what: string,
  least: number,
): void {
  expect(found.length).toBe(wanted.length);
  for (const [k, value] of wanted.entries()) {
    const difference = Object.is(found[k], value) ? 0 : Math.abs(found[k]! - value);
    expect(difference, `${what}[${k}]: ${found[k]} for ${value}`).toBeLessThanOrEqual(
      tolerance * Math.max(least, Math.abs(value)),
    );
  }
}

describe('as Keras computes them, from 1e-6 to 1e4', () => {
  test.each(cases.map((own, k) => ({ ...own, k })))('$name $options', async ({ name, options, k }) => {
    const apply = functions.get(camelCase(name)) as (x: Node, options?: object) => Node;
    const node = vector(x.length);
    const output = apply(node, options);
    const cotangent = input('cotangent', { dtype: 'f32', shape: output.type.shape, batched: true });
    const objective = ops.reduceSum(ops.multiply(output, cotangent));
    const gradient = gradients(objective, [node]).get(node)!;
    const graph: Graph = { outputs: { output, gradient }, assignments: [] };
    // x + sqrt(x^2 + b) cancels for negative x, in Keras as here: beside float64 only the absolute error is small.
    const least = name === 'squareplus' ? 1 : 1e-3;
    const feed = { x, cotangent: values(`${k}/cotangent`) };
    const exact = interpret(graph, feed, new Map(), { precision: 'f64', batchSize: 1 }).outputs;
    expectClose(exact.output!, values(`${k}/y`), 3e-4, 'float64', least);
    expectClose(exact.gradient!, values(`${k}/gradient`), 1e-3, 'gradient in float64', least);
    const session = createSession({ threads: 1 });
    const program = await session.compile(graph, { maxBatch: 1 });
    const found = await program.run({ batchSize: 1, inputs: feed });
    expectClose(found.output!, values(`${k}/y`), 3e-4, 'output', least);
    expectClose(found.gradient!, values(`${k}/gradient`), 1e-3, 'gradient', least);
    session.dispose();
  });
});

test('every activation has its values of Keras', () => {
  const tested = new Set(cases.map(({ name }) => camelCase(name)));
  // Those that have another name of one that is tested, and the two plain ones in layers.json.
  const same = ['linear', 'exponential', 'swish', 'hardSwish'];
  expect(Object.keys(named).filter((name) => !tested.has(name) && !same.includes(name))).toEqual([]);
});

test('names in both cases, and functions, are saved as Keras names them', () => {
  expect(getActivation('softShrink', 'a').name).toBe('soft_shrink');
  expect(getActivation('hard_swish', 'a').name).toBe('hard_silu');
  expect(getActivation(named.hardSilu, 'a').name).toBe('hard_silu');
  expect(getActivation(named.relu, 'a').name).toBe('relu');
  expect(getActivation((y: Node) => named.elu(y, { alpha: 2 }), 'a').name).toBeUndefined();
});

test('sparsemax gives probabilities, of which most are 0', () => {
  const graph = { outputs: { y: named.sparsemax(vector()) }, assignments: [] };
  const feed = { x: Float32Array.of(0.5, 0.4, 0.3, -1, 3, 1, 0, 0.5) };
  const { y } = interpret(graph, feed, new Map(), { precision: 'f64', batchSize: 2 }).outputs;
  const third = 1 / 3;
  const wanted = [third + 0.1, third, third - 0.1, 0, 1, 0, 0, 0];
  for (const [k, value] of wanted.entries()) expect(y![k]!).toBeCloseTo(value, 6);
});

describe('refusals', () => {
  const refused: readonly (readonly [string, () => unknown])[] = [
    ['Did you mean "softsign"?', () => layers.dense({ units: 1, activation: 'softsing' as never })],
    [
      'Invalid value for activation in layer "dense"',
      () => layers.dense({ units: 1, activation: 'threshold' as never }),
    ],
    ['Invalid value for alpha', () => named.celu(vector(), { alpha: 0 })],
    ['Invalid value for alpha', () => named.elu(vector(), { alpha: Number.NaN })],
    [
      'Unknown option "alfa" in activations.elu. Known options: alpha.',
      () => named.elu(vector(), { alfa: 1 } as never),
    ],
    ['Invalid value for threshold', () => named.hardShrink(vector(), { threshold: -1 })],
    ['Invalid value for threshold', () => named.threshold(vector(), {} as never)],
    ['Invalid value for b', () => named.squareplus(vector(), { b: 0 })],
    ['Invalid value for negativeSlope', () => named.leakyRelu(vector(), { negativeSlope: -1 })],
    ['Invalid value for maxValue', () => named.relu(vector(), { maxValue: -1 })],
    ['a last dimension of even extent', () => named.glu(vector(3))],
    ['an axis other than 0, which is the batch', () => named.softmax(vector(), { axis: 0 })],
    ['an axis 2 that is not the batch', () => named.logSoftmax(vector(), { axis: 2 })],
  ];
  test.each(refused)('%s', (message, body) => {
    expect(body).toThrow(message);
  });
});
