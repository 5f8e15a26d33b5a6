import { describe, expect, test } from 'vitest';
import { interpret, type NumberArray } from '../backends/interpreter/interpret.ts';
import { order } from '../compiler/plan/order.ts';
import { createSession } from '../engine/create-session.ts';
import { gradients } from '../graph/differentiate.ts';
import { input, type Node } from '../graph/node.ts';
import { simplify } from '../graph/simplify.ts';
import { elementCount } from '../ir/tensor-type.ts';
import { multiply, reduceSum } from './index.ts';
import type { OpName } from './op-name.ts';
import { samplers, sampleValues, TestRandom } from './samplers.test-support.ts';

const SAMPLES = Number(process.env.ATROUS_OP_SAMPLES ?? 25);
const seeds = Array.from({ length: SAMPLES }, () => Math.floor(Math.random() * 2 ** 31));

/** Every operation and its gradients as WebAssembly: the bits of the float32 interpreter. */
describe.each(Object.keys(samplers) as OpName[])('%s', (name) => {
  test.each(seeds)('seed %i', async (seed) => {
    const random = new TestRandom(seed);
    const { operands, output } = samplers[name](random);
    const batchSize = random.integer(1, 5);
    const weights = input('weights', { dtype: 'f32', shape: output.type.shape, batched: false });
    const differentiable = operands.filter(({ values }) => 'low' in values).map(({ node }) => node);
    const found = gradients(reduceSum(multiply(output, weights)), differentiable);
    const outputs = {
      output,
      ...Object.fromEntries(differentiable.map((node) => [`d${node.name}`, found.get(node)!])),
    };
    const inputs: Record<string, NumberArray> = {
      weights: random.spread(elementCount(output.type.shape), -1, 1),
    };
    const variables = new Map<Node, Float32Array>();
    for (const operand of operands) {
      const values = sampleValues(operand, batchSize, random);
      if (operand.node.role === 'variable') variables.set(operand.node, Float32Array.from(values));
      else inputs[operand.node.name] = values;
    }
    const graph = { outputs, assignments: [] };
    const wanted = interpret(order(simplify(graph)), inputs, variables, { precision: 'f32', batchSize });
    const session = createSession({ threads: 1 });
    try {
      const program = await session.compile(graph, { maxBatch: batchSize });
      for (const [variable, values] of variables) await session.write(variable, values);
      const received = await program.run({ batchSize, inputs: inputs as Record<string, Float32Array> });
      for (const [key, values] of Object.entries(wanted.outputs))
        expect(Array.from(received[key]!), key).toEqual(Array.from(values));
    } finally {
      session.dispose();
    }
  });
});
