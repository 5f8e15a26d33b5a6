import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { gradients } from '../graph/differentiate.ts';
import { type Graph, input, variable } from '../graph/node.ts';
import { elementCount } from '../ir/tensor-type.ts';
import * as ops from '../ops/index.ts';
import { createInterpreterSession, createSession, type Session } from './index.ts';
import { ProgramCache, programCache } from './program-cache.ts';

interface Options {
  readonly strides?: number;
  readonly dilation?: number;
  readonly dtype?: 'f32' | 'u8';
  readonly rate?: number;
  readonly stream?: number;
  readonly name?: string;
}

/** A training step of a convolution; variables bear a name of their own each time. */
function network({ strides = 1, dilation = 1, dtype = 'f32', rate = 0.1, stream = 3, name = 'x' }: Options) {
  const x = input(name, { dtype, shape: [9, 9, 2], batched: true });
  const kernel = variable(`kernel ${Math.random()}`, [3, 3, 2, 5]);
  const y = ops.relu(ops.convolution(x, kernel, { strides, dilation, padding: 'same' }));
  const dropped = ops.dropout(y, { rate: 0.5, stream });
  const loss = ops.reduceMean(ops.multiply(dropped, dropped));
  const gradient = gradients(loss, [kernel]).get(kernel)!;
  const value = ops.subtract(kernel, ops.rescale(gradient, { scale: rate }));
  const graph: Graph = { outputs: { loss }, assignments: [{ variable: kernel, value }] };
  return { graph, kernel, name };
}

const compile = vi.spyOn(WebAssembly, 'compile');

beforeEach(() => {
  programCache.clear();
  compile.mockClear();
});
afterEach(() => programCache.clear());

async function trained(session: Session, { graph, kernel, name }: ReturnType<typeof network>, batch: number) {
  await session.write(
    kernel,
    Float32Array.from({ length: elementCount(kernel.type.shape) }, (_, k) => ((k * 7) % 11) / 8 - 0.5),
  );
  const program = await session.compile(graph, { maxBatch: batch });
  const x = Float32Array.from({ length: batch * 162 }, (_, k) => (k * 5) % 9);
  const { loss } = await program.run({ batchSize: batch, inputs: { [name]: x }, seed: [1, 2] });
  const weights = await session.read(kernel);
  session.dispose();
  return { loss: [...loss!], weights: [...weights] };
}

test('a second graph of the same structure is not compiled, and computes with its own variables', async () => {
  const wanted = await trained(createInterpreterSession(), network({}), 4);
  for (let k = 0; k < 3; k++)
    expect(await trained(createSession({ threads: 2 }), network({}), 4)).toEqual(wanted);
  expect(compile).toHaveBeenCalledTimes(1);
});

test('another batch size of a known graph whose sums go the same way needs no second variant', async () => {
  for (let k = 0; k < 2; k++) {
    const session = createSession({ threads: 1 });
    const { graph } = network({});
    const program = await session.compile(graph, { maxBatch: 5 });
    for (const batchSize of [5, 3])
      await program.run({ batchSize, inputs: { x: new Float32Array(batchSize * 162) } });
    session.dispose();
  }
  expect(compile).toHaveBeenCalledTimes(1);
});

test.each([
  ['stride', { strides: 2 }],
  ['dilation', { dilation: 2 }],
  ['element type', { dtype: 'u8' }],
  ['constant of the update', { rate: 0.2 }],
  ['stream of random numbers', { stream: 4 }],
  ['name of an input', { name: 'image' }],
] as const)('a graph of another %s is compiled', async (_, options: Options) => {
  await trained(createSession({ threads: 1 }), network({}), 4);
  const other = await trained(createSession({ threads: 1 }), network(options), 4);
  expect(compile).toHaveBeenCalledTimes(2);
  expect(other).toEqual(await trained(createInterpreterSession(), network(options), 4));
});

test('another largest batch or number of threads is compiled', async () => {
  await trained(createSession({ threads: 1 }), network({}), 4);
  await trained(createSession({ threads: 1 }), network({}), 6);
  await trained(createSession({ threads: 2 }), network({}), 4);
  expect(compile).toHaveBeenCalledTimes(3);
});

test('where the memory is taken otherwise, the same graph is compiled for its places', async () => {
  const wanted = await trained(createSession({ threads: 1 }), network({}), 4);
  const session = createSession({ threads: 1 });
  await session.write(variable('before', [100]), new Float32Array(100));
  expect(await trained(session, network({}), 4)).toEqual(wanted);
  expect(compile).toHaveBeenCalledTimes(2);
});

test('a model that trains and predicts finds both programs', async () => {
  for (let k = 0; k < 2; k++) {
    const session = createSession({ threads: 1 });
    const one = network({});
    await session.compile(one.graph, { maxBatch: 4 });
    const forward: Graph = { outputs: one.graph.outputs, assignments: [] };
    await session.compile(forward, { maxBatch: 4 });
    session.dispose();
  }
  expect(compile).toHaveBeenCalledTimes(2);
});

test('a program that runs on the calling thread is found, by another memory like its own', () => {
  const compileNow = vi.spyOn(WebAssembly, 'Module');
  const outputs = [1, 2, 3].map((scale) => {
    const session = createSession({ threads: 2 });
    const x = input('x', { dtype: 'f32', shape: [5], batched: true });
    const graph: Graph = { outputs: { y: ops.softmax(x) }, assignments: [] };
    const program = session.compileSync(graph, { maxBatch: 2 });
    const values = Float32Array.from({ length: 10 }, (_, k) => k * scale);
    const { y } = program.run({ batchSize: 2, inputs: { x: values } });
    session.dispose();
    return [...y!];
  });
  expect(compileNow).toHaveBeenCalledTimes(1);
  compileNow.mockRestore();
  expect(outputs[1]).not.toEqual(outputs[0]);
  for (const y of outputs) expect(y.reduce((a, b) => a + b)).toBeCloseTo(2, 5);
});

test('what was used longest ago makes room', () => {
  const cache = new ProgramCache(40_000);
  const sized = (channels: number): Graph => {
    const x = input('x', { dtype: 'f32', shape: [channels], batched: true });
    return { outputs: { y: ops.relu(ops.relu(ops.softmax(x))) }, assignments: [] };
  };
  const first = cache.structureOf(sized(1));
  expect(cache.structureOf(sized(1))).toBe(first);
  for (let k = 2; k < 5; k++) cache.structureOf(sized(k));
  expect(cache.structureOf(sized(1))).toBe(first);
  for (let k = 5; k < 1000; k++) {
    cache.structureOf(sized(k));
    expect(cache.bytes).toBeLessThanOrEqual(40_000);
  }
  expect(cache.bytes).toBeGreaterThan(20_000);
  expect(cache.structureOf(sized(1))).not.toBe(first);
});
