import { gradients } from '../graph/differentiate.ts';
import { type Graph, input, type Node, variable } from '../graph/node.ts';
import { elementCount } from '../ir/tensor-type.ts';
import * as ops from '../ops/index.ts';
import { TestRandom } from '../ops/samplers.test-support.ts';
import { createSession } from './create-session.ts';
import { createInterpreterSession } from './interpreter-session.ts';

interface WalkedNetwork {
  readonly graph: Graph;
  readonly shape: readonly number[];
  readonly variables: readonly Node[];
}

function trained(
  shape: readonly number[],
  variables: readonly Node[],
  value: (x: Node) => Node,
): WalkedNetwork {
  const y = value(input('x', { dtype: 'f32', shape, batched: true }));
  const loss = ops.reduceMean(ops.tanh(y), { axes: y.type.shape.map((_, k) => k) });
  const derived = gradients(loss, variables);
  const outputs = { loss, ...Object.fromEntries(variables.map((v) => [v.name, derived.get(v)!])) };
  return { graph: { outputs, assignments: [] }, shape, variables };
}

/** Networks whose training steps hold one kind of kernel each: products, walks over maxima, walks over nonzero values. */
export const walkedNetworks: Readonly<Record<string, () => WalkedNetwork>> = {
  product: () => {
    const weights = variable('weights', [1, 1, 24, 32]);
    return trained([9, 8, 24], [weights], (x) => ops.convolution(x, weights));
  },
  'maxima of a pointwise product': () => {
    const scale = variable('scale', [32]);
    const weights = variable('weights', [1, 1, 32, 64]);
    return trained([8, 8, 32], [scale, weights], (x) =>
      ops.maxPool(ops.convolution(ops.multiply(x, scale), weights), { poolSize: 2 }),
    );
  },
  'maxima of a convolution': () => {
    const scale = variable('scale', [40]);
    const weights = variable('weights', [3, 3, 40, 24]);
    return trained([8, 10, 40], [scale, weights], (x) =>
      ops.maxPool(ops.convolution(ops.multiply(x, scale), weights, { padding: 'same' }), { poolSize: 2 }),
    );
  },
  'nonzero values': () => {
    const scale = variable('scale', [12]);
    const weights = variable('weights', [3, 3, 12, 64]);
    return trained([16, 15, 12], [scale, weights], (x) =>
      ops.convolution(ops.relu(ops.multiply(x, scale)), weights, { padding: 'same' }),
    );
  },
  'nonzero values of a gradient': () => {
    const scale = variable('scale', [32]);
    const weights = variable('weights', [1, 3, 32, 40]);
    return trained([11, 16, 32], [scale, weights], (x) =>
      ops.relu(ops.convolution(ops.multiply(x, scale), weights, { padding: 'same', dilation: 2 })),
    );
  },
};

/** Names of the results of a network in which the compiled code and the interpreter differ. */
export async function differencesOf(name: string): Promise<string[]> {
  const { graph, shape, variables } = walkedNetworks[name]!();
  const batchSize = 5;
  const random = new TestRandom(17);
  const values = variables.map((v) => random.spread(elementCount(v.type.shape), -1, 1));
  const x = random.spread(batchSize * elementCount(shape), -1, 1);
  const results: Awaited<ReturnType<Awaited<ReturnType<typeof session.compile>>['run']>>[] = [];
  const session = createSession({ threads: 1 });
  for (const s of [session, createInterpreterSession()]) {
    const program = await s.compile(graph, { maxBatch: batchSize });
    for (const [k, v] of variables.entries()) await s.write(v, values[k]!);
    await program.run({ batchSize, inputs: { x } });
    results.push(await program.run({ batchSize, inputs: { x } }));
  }
  session.dispose();
  const [compiled, interpreted] = results.map((r) => r as unknown as Record<string, Float32Array>);
  const bits = (values: Float32Array): string => String(new Uint32Array(values.slice().buffer));
  return Object.keys(interpreted!).filter((key) => bits(compiled![key]!) !== bits(interpreted![key]!));
}

if (process.argv[1] === import.meta.filename) {
  const [name] = process.argv.slice(2);
  process.stdout.write(`${JSON.stringify({ different: await differencesOf(name!) })}\n`);
}
