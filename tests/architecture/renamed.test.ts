import { afterEach, describe, expect, test, vi } from 'vitest';
import { createSession } from '../../src/engine/index.ts';
import { programCache } from '../../src/engine/program-cache.ts';
import type { Graph, Node } from '../../src/graph/node.ts';
import type { Model } from '../../src/model/model.ts';
import { tensor } from '../../src/tensor/tensor.ts';
import { residualSmall, seedTwoStep, standard, tcn } from '../../src/zoo/index.ts';

const batch = 4;
afterEach(() => vi.restoreAllMocks());

/** The graphs that a training compiles. */
async function trainingGraphs(model: (engine: { session: typeof createSession }) => Model): Promise<Graph[]> {
  const graphs: Graph[] = [];
  const session = (): ReturnType<typeof createSession> => {
    const real = createSession({ threads: 1 });
    return {
      ...real,
      compile: (graph, options) => {
        graphs.push(graph);
        return real.compile(graph, options);
      },
    };
  };
  const trained = model({ session });
  trained.compile({ optimizer: 'adam', loss: 'sparseCategoricalCrossentropy', metrics: ['accuracy'] });
  const shape = trained.inputs[0]!.shape;
  const images = new Uint8Array(shape.reduce((product, extent) => product * extent, batch));
  await trained.fit(tensor(images, [batch, ...shape]), tensor(new Int32Array(batch), [batch]), {
    batchSize: batch,
    verbose: 0,
  });
  trained.dispose();
  return graphs;
}

/** Another name for every operation, variable and layer; what is fed keeps its names. */
function renamed(graph: Graph): Graph {
  const copies = new Map<Node, Node>();
  const copy = (node: Node): Node => {
    let made = copies.get(node);
    if (!made) {
      const name = node.role === 'input' ? node.name : `thing ${copies.size}`;
      const layer = node.layer === undefined ? {} : { layer: `place of ${name}` };
      made = { ...node, name, ...layer, inputs: node.inputs.map(copy) };
      copies.set(node, made);
    }
    return made;
  };
  return {
    ...graph,
    outputs: Object.fromEntries(Object.entries(graph.outputs).map(([name, node]) => [name, copy(node)])),
    assignments: graph.assignments.map(({ variable, value }) => ({
      variable: copy(variable),
      value: copy(value),
    })),
  };
}

async function modulesOf(graph: Graph): Promise<string[]> {
  const modules: string[] = [];
  const compile = WebAssembly.compile;
  vi.spyOn(WebAssembly, 'compile').mockImplementation((bytes) => {
    modules.push(Buffer.from(bytes as Uint8Array).toString('base64'));
    return compile(bytes);
  });
  const session = createSession({ threads: 1 });
  programCache.clear();
  await session.compile(graph, { maxBatch: batch });
  session.dispose();
  vi.restoreAllMocks();
  return modules;
}

describe.each([
  ['seed-two-step', (engine: object) => seedTwoStep({ engine })],
  ['standard', (engine: object) => standard({ engine })],
  ['residual-small', (engine: object) => residualSmall({ engine })],
  ['tcn', (engine: object) => tcn({ engine })],
])('the training of %s', (_, model) => {
  test('compiles to the same bytes whatever operations, variables and layers are called', async () => {
    const graphs = await trainingGraphs(model);
    expect(graphs.length).toBeGreaterThan(0);
    for (const graph of graphs) {
      const modules = await modulesOf(graph);
      expect(modules.length).toBeGreaterThan(0);
      expect(modules[0]!.length).toBeGreaterThan(1000);
      const others = await modulesOf(renamed(graph));
      expect(others.length).toBe(modules.length);
      expect(others.every((bytes, k) => bytes === modules[k])).toBe(true);
    }
  });
});
