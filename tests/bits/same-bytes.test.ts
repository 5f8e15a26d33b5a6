import { afterEach, expect, test, vi } from 'vitest';
import { createSession } from '../../src/engine/create-session.ts';
import { programCache } from '../../src/engine/program-cache.ts';
import type { Graph, Node } from '../../src/graph/node.ts';
import { baseSeed } from './base-seed.ts';
import { randomNetwork } from './random-network.ts';

afterEach(() => vi.restoreAllMocks());

/** The same graph under other names of operations, variables and layers; what is fed and read keeps its name. */
function renamed(graph: Graph): Graph {
  const copies = new Map<Node, Node>();
  const copy = (node: Node): Node => {
    let made = copies.get(node);
    if (!made) {
      const inputs = node.inputs.map(copy);
      const name = node.role === 'input' ? node.name : `another ${copies.size}`;
      made = { ...node, name, layer: `layer of ${name}`, inputs };
      copies.set(node, made);
    }
    return made;
  };
  const outputs = Object.entries(graph.outputs).map(([name, node]) => [name, copy(node)] as const);
  return {
    ...graph,
    outputs: Object.fromEntries(outputs),
    assignments: graph.assignments.map((a) => ({ variable: copy(a.variable), value: copy(a.value) })),
  };
}

async function moduleOf(graph: Graph, maxBatch: number): Promise<Uint8Array> {
  const modules: Uint8Array[] = [];
  const compile = WebAssembly.compile.bind(WebAssembly);
  vi.spyOn(WebAssembly, 'compile').mockImplementation((bytes) => {
    modules.push(new Uint8Array(bytes as ArrayBuffer).slice());
    return compile(bytes);
  });
  const session = createSession({ threads: 1 });
  programCache.clear();
  await session.compile(graph, { maxBatch });
  session.dispose();
  vi.restoreAllMocks();
  expect(modules).toHaveLength(1);
  return modules[0]!;
}

test(
  'the same network made twice, and under other names, compiles to the same bytes',
  {
    timeout: 120_000,
  },
  async () => {
    const first = baseSeed();
    console.log(`seeds ${first} to ${first + 24}`);
    for (let seed = first; seed < first + 25; seed++) {
      const [network, again] = [randomNetwork(seed), randomNetwork(seed)];
      for (const which of ['inference', 'gradients', 'training'] as const) {
        const wanted = await moduleOf(network[which], network.batchSize);
        const place = `${which} of ${network.description}`;
        expect(Buffer.compare(await moduleOf(again[which], network.batchSize), wanted), place).toBe(0);
        expect(
          Buffer.compare(await moduleOf(renamed(network[which]), network.batchSize), wanted),
          place,
        ).toBe(0);
      }
    }
  },
);
