import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { interpret } from '../../backends/interpreter/interpret.ts';
import { createSession } from '../../engine/create-session.ts';
import { layerFromConfig } from '../../formats/keras-model-layers.ts';
import { decodeSafetensors } from '../../formats/safetensors.ts';
import { gradients } from '../../graph/differentiate.ts';
import { type Graph, input, type Node } from '../../graph/node.ts';
import * as ops from '../../ops/index.ts';

const folder = join(import.meta.dirname, '../../../fixtures');
const { cases } = JSON.parse(readFileSync(join(folder, 'layers.json'), 'utf8')) as { cases: Case[] };
const file = decodeSafetensors(
  new Uint8Array(readFileSync(join(folder, 'layers.safetensors'))),
  'layers.safetensors',
);

interface Case {
  readonly name: string;
  readonly layer: string;
  readonly config: Readonly<Record<string, unknown>>;
  readonly inputs: number;
  readonly training: boolean;
  readonly weights: readonly string[];
  readonly trainable: readonly string[];
}

const BATCH = 3;

/** Largest difference beside the largest value. */
function difference(found: ArrayLike<number>, wanted: ArrayLike<number>): number {
  expect(found.length).toBe(wanted.length);
  let largest = 0;
  let scale = 1;
  for (let k = 0; k < wanted.length; k++) {
    largest = Math.max(largest, Math.abs(found[k]! - wanted[k]!));
    scale = Math.max(scale, Math.abs(wanted[k]!));
  }
  return largest / scale;
}

describe.each(cases)('$name ($layer)', (own) => {
  const values = (key: string): Float32Array => file.tensors.get(`${own.name}/${key}`)!.data as Float32Array;
  const shape = (key: string): number[] => file.tensors.get(`${own.name}/${key}`)!.shape.slice(1);
  const list = Array.from({ length: own.inputs }, (_, k) => k);

  function build() {
    const layer = layerFromConfig(own.layer, own.config, own.name);
    const inputs = list.map((k) =>
      input(`x${k}`, { dtype: 'f32', shape: shape(`input/${k}`), batched: true }),
    );
    layer.build(inputs.map((x) => x.type.shape));
    const inverseBatch = input('inverseBatch', { dtype: 'f32', shape: [], batched: false });
    const after: Record<string, Node> = {};
    const output = layer.call(inputs, {
      training: own.training,
      inverseBatch,
      stream: 0,
      assign: (variable, value) => {
        after[layer.weights.find((weight) => weight.variable === variable)!.name] = value;
      },
      addLoss: () => {},
    });
    const cotangent = input('cotangent', { dtype: 'f32', shape: output.type.shape, batched: true });
    const objective = ops.reduceSum(ops.multiply(output, cotangent));
    const trained = layer.weights.filter((weight) => own.trainable.includes(weight.name));
    const derived = gradients(objective, [...inputs, ...trained.map((weight) => weight.variable)]);
    const outputs: Record<string, Node> = { output };
    for (const [k, x] of inputs.entries()) outputs[`inputGradient/${k}`] = derived.get(x)!;
    for (const { name, variable } of trained) outputs[`weightGradient/${name}`] = derived.get(variable)!;
    for (const [name, node] of Object.entries(after)) if (name !== 'shift') outputs[`after/${name}`] = node;
    const graph: Graph = { outputs, assignments: [] };
    const variables = new Map<Node, Float32Array>();
    for (const { name, variable, shape: of, initializer, internal } of layer.weights) {
      const given = internal ? initializer.values(of, [0, 0], 0) : values(`weights/${name}`);
      variables.set(variable, given);
    }
    const feed: Record<string, Float32Array> = { cotangent: values('cotangent') };
    for (const k of list) feed[`x${k}`] = values(`input/${k}`);
    feed.inverseBatch = Float32Array.of(1 / BATCH);
    return { layer, graph, variables, feed };
  }

  test('weights', () => {
    const { layer } = build();
    expect(layer.weights.filter((weight) => !weight.internal).map((weight) => weight.name)).toEqual(
      own.weights,
    );
  });

  test('output, gradients and statistics in float64', () => {
    const { graph, feed, variables } = build();
    const { outputs } = interpret(graph, feed, variables, { precision: 'f64', batchSize: BATCH });
    for (const [name, found] of Object.entries(outputs)) {
      expect(difference(found, values(name)), name).toBeLessThan(1e-5);
    }
  });

  test('the same as WebAssembly', async () => {
    const { graph, feed, variables } = build();
    const session = createSession({ threads: 1 });
    const program = await session.compile(graph, { maxBatch: BATCH });
    for (const [variable, given] of variables) await session.write(variable, given);
    const outputs = await program.run({ batchSize: BATCH, inputs: feed });
    for (const [name, found] of Object.entries(outputs)) {
      expect(difference(found, values(name)), name).toBeLessThan(3e-5);
    }
    session.dispose();
  });
});
