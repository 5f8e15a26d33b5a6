import { type CompiledKernel, compileKernel } from '../backends/wasm/compile-kernel.ts';
import { ModuleBuilder } from '../backends/wasm/module.ts';
import { emitProgram } from '../backends/wasm/program.ts';
import { shardCount } from '../compiler/plan/contract-constants.ts';
import { createPlan } from '../compiler/plan/create-plan.ts';
import { layoutOf } from '../compiler/plan/lay-out.ts';
import { order, unshardedNodes } from '../compiler/plan/order.ts';
import { type PlanNode, toPlanGraph } from '../compiler/plan/plan-graph.ts';
import { invariant, positiveInteger, RuntimeError } from '../errors/index.ts';
import { type Graph, type Node, rootsOf, topologicalOrder } from '../graph/node.ts';
import { simplify } from '../graph/simplify.ts';
import type { TensorLayout } from '../ir/plan.ts';
import { slotHeaderBytes } from '../ir/slot.ts';
import { elementCount } from '../ir/tensor-type.ts';
import { createPool, detectFeatures, type Pool, requireSimd, runtimeInfo } from '../runtime/index.ts';
import { type Compiled, createProgram, SLOTS } from './compiled-program.ts';
import { wantedSubjects } from './debug.ts';
import type { Program, Session } from './session.ts';
import { readTensor, SessionMemory, writeTensor } from './session-memory.ts';

export interface SessionOptions {
  /** Default: what the settings say (see `configure`). */
  readonly threads?: number;
  /** Samples that a kernel with more weights than activations walks at once. Default: the planner's choice. */
  readonly microBatch?: number;
}

interface PlacedVariable {
  readonly address: number;
  readonly layout: TensorLayout;
}

/**
 * A session over generated WebAssembly: the join of graph, compiler, backend and runtime.
 * @throws {UnsupportedError} where WebAssembly lacks SIMD
 */
export function createSession(options: SessionOptions = {}): Session {
  requireSimd(detectFeatures());
  const info = runtimeInfo();
  const threads = info.sharedMemory ? positiveInteger(options.threads ?? info.threads, 'threads') : 1;
  const memory = new SessionMemory(info.sharedMemory);
  const variables = new Map<Node, PlacedVariable>();
  let pool: Promise<Pool> | undefined;
  let programs = 0;
  let disposed = false;
  let inFlight: Promise<unknown> = Promise.resolve();

  const open = (): Promise<Pool> => {
    if (disposed) return Promise.reject(new RuntimeError('The session was disposed.'));
    pool ??= createPool({ threads, memory: memory.memory });
    return pool;
  };
  const variableAt = (node: Node): PlacedVariable => {
    let placed = variables.get(node);
    if (!placed) {
      const layout = layoutOf({
        id: 0,
        name: node.name,
        role: 'variable',
        type: node.type,
        definition: undefined,
      });
      placed = { address: memory.reserve(layout.bytes + 16), layout };
      variables.set(node, placed);
    }
    return placed;
  };

  const build = async (graph: Graph, maxBatch: number, unsharded: ReadonlySet<number>): Promise<Compiled> => {
    const origins = topologicalOrder([...rootsOf(graph), ...graph.assignments.map((a) => a.variable)]);
    const planGraph = toPlanGraph(graph, (id) => unsharded.has(id));
    const sizes = shardSizes(maxBatch);
    const plan = createPlan(
      planGraph,
      {
        reserve: (bytes) => memory.reserve(bytes),
        variable: (node: PlanNode) => variableAt(origins[node.id]!).address,
      },
      { maxBatch, ...sizes, slotHeader: slotHeaderBytes, microBatch: options.microBatch },
    );
    const builder = new ModuleBuilder();
    const kernels = new Set<CompiledKernel>();
    // every schedule gives the same bits: the wider one pays where V8 joins pairs of vectors
    const target = { registerLanes: info.revectorize ? 8 : 4 } as const;
    const phases = emitProgram(
      plan,
      builder,
      (kernel, into) => {
        const compiled = compileKernel(kernel, into, target);
        kernels.add(compiled);
        return compiled;
      },
      memory.reserve(plan.scratchStride * threads),
    );
    const slots = Array.from({ length: SLOTS }, () => memory.reserve(plan.slotBytes));
    const bytes = builder.encode({ initial: 1, maximum: memory.maximumPages, shared: info.sharedMemory });
    const wanted = wantedSubjects();
    if (wanted.size > 0) {
      const { printProgram, printToConsole } = await import('./print-program.ts');
      const functions = builder.functions.map(({ name }) => name);
      printToConsole(printProgram({ graph, maxBatch, plan, kernels, module: bytes, functions }, wanted));
    }
    const module = await WebAssembly.compile(bytes);
    const number = programs++;
    await (await open()).addProgram(number, module, phases);
    return { number, plan, slots };
  };

  return {
    async compile(traced, { maxBatch }): Promise<Program> {
      positiveInteger(maxBatch, 'maxBatch');
      const graph: Graph = {
        ...order(simplify(traced)),
        ...(traced.guard === undefined ? {} : { guard: traced.guard }),
      };
      // A sum's order can depend on the batch size: one compiled form for every set of sums without shards.
      const variants = new Map<string, Promise<Compiled>>();
      const variant = (batchSize: number): Promise<Compiled> => {
        const unsharded = unshardedNodes(graph, batchSize);
        const key = [...unsharded].join();
        let compiled = variants.get(key);
        if (!compiled) {
          compiled = build(graph, maxBatch, unsharded);
          variants.set(key, compiled);
        }
        return compiled;
      };
      await variant(maxBatch);
      const inputs = new Map(
        topologicalOrder(rootsOf(traced))
          .filter((node) => node.role === 'input')
          .map((node) => [node.name, node.type]),
      );
      const used = new Map(
        topologicalOrder(rootsOf(graph))
          .filter((node) => node.role === 'input')
          .map((node) => [node.name, node.type]),
      );
      invariant(
        [...used.keys()].every((name) => inputs.has(name)),
        'simplification keeps the names of inputs',
      );
      return createProgram({
        graph: traced,
        maxBatch,
        memory,
        inputs: used,
        variant,
        shards: shardCount,
        post: async (slot) => {
          const job = (await open()).post(slot);
          inFlight = job.catch(() => {});
          return job;
        },
      });
    },
    async read(variable) {
      await inFlight;
      const { address, layout } = variableAt(variable);
      const values = new Float32Array(elementCount(layout.shape));
      readTensor(memory.float32, address, layout, values);
      return values;
    },
    async write(variable, values) {
      await inFlight;
      const { address, layout } = variableAt(variable);
      const expected = elementCount(layout.shape);
      if (values.length !== expected) {
        throw new RuntimeError(
          `Variable "${variable.name}" takes ${expected} numbers, not ${values.length}.`,
        );
      }
      writeTensor(memory.float32, address, layout, values);
    },
    dispose() {
      if (disposed) return;
      disposed = true;
      pool?.then(
        (p) => p.dispose(),
        () => {},
      );
    },
  };
}

/** The most shards, and the most samples in one, over all batch sizes up to `maxBatch`. */
function shardSizes(maxBatch: number): { maxShards: number; maxShardSamples: number } {
  let maxShardSamples = 1;
  for (let n = 1; n <= maxBatch; n++)
    maxShardSamples = Math.max(maxShardSamples, Math.ceil(n / shardCount(n)));
  return { maxShards: shardCount(maxBatch), maxShardSamples };
}
