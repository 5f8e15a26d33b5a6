import { shardCount } from '../compiler/plan/contract-constants.ts';
import { unshardedNodes } from '../compiler/plan/order.ts';
import { positiveInteger, RuntimeError } from '../errors/index.ts';
import { type Graph, orderOf } from '../graph/node.ts';
import { elementCount, type TensorType } from '../ir/tensor-type.ts';
import {
  createInline,
  createPool,
  detectFeatures,
  type Inline,
  type Pool,
  requireSimd,
  runtimeInfo,
} from '../runtime/index.ts';
import { Arena } from './arena.ts';
import { type CompiledGraph, type CompileTarget, compileGraph } from './compile-graph.ts';
import { createProgram } from './compiled-program.ts';
import { wantedSubjects } from './debug.ts';
import { prepare } from './prepare.ts';
import type { Session } from './session.ts';
import { readTensor, SessionMemory, writeTensor } from './session-memory.ts';
import type { Compiled } from './slots.ts';
import { createSyncProgram } from './sync-program.ts';
import { VariablePlaces } from './variable-places.ts';

export interface SessionOptions {
  /** Default: what the settings say (see `configure`). */
  readonly threads?: number;
  /** Samples that a kernel with more weights than activations walks at once. Default: the planner's choice. */
  readonly microBatch?: number;
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
  const arena = new Arena(memory);
  const variables = new VariablePlaces(memory);
  let pool: Promise<Pool> | undefined;
  let inline: Inline | undefined;
  let programs = 0;
  let pending = 0;
  let disposed = false;
  let inFlight: Promise<unknown> = Promise.resolve();

  const requireOpen = (): void => {
    if (disposed) throw new RuntimeError('The session was disposed.');
  };
  const open = async (): Promise<Pool> => {
    requireOpen();
    pool ??= createPool({ threads, memory: memory.memory });
    return pool;
  };
  const post = async (slot: number): Promise<void> => {
    pending++;
    const job = open().then((p) => p.post(slot));
    inFlight = job.catch(() => {});
    try {
      await job;
    } finally {
      pending--;
    }
  };
  const target = (workers: number): CompileTarget => ({
    memory,
    arena,
    addressOf: (variable) => variables.of(variable).address,
    threads: workers,
    shared: info.sharedMemory,
    revectorize: info.revectorize,
    microBatch: options.microBatch,
  });
  const place = ({ plan, prelude }: CompiledGraph): Compiled => ({
    number: programs++,
    prelude: prelude && programs++,
    plan,
    newSlot: () => memory.reserve(plan.slotBytes),
  });

  const build = async (graph: Graph, maxBatch: number, unsharded: ReadonlySet<number>): Promise<Compiled> => {
    const made = compileGraph(graph, maxBatch, unsharded, target(threads));
    const wanted = wantedSubjects();
    if (wanted.size > 0) {
      const { printProgram, printToConsole } = await import('./print-program.ts');
      printToConsole(printProgram({ graph, maxBatch, module: made.bytes, ...made }, wanted));
    }
    const compiled = place(made);
    const [module, workers] = await Promise.all([WebAssembly.compile(made.bytes), open()]);
    await Promise.all([
      workers.addProgram(compiled.number, module, made.phases),
      made.prelude && workers.addProgram(compiled.prelude!, module, made.prelude),
    ]);
    return compiled;
  };
  const buildSync = (graph: Graph, maxBatch: number, unsharded: ReadonlySet<number>): Compiled => {
    const made = compileGraph(graph, maxBatch, unsharded, target(1));
    const compiled = place(made);
    inline ??= createInline(memory.memory);
    inline.addProgramSync(compiled.number, new WebAssembly.Module(made.bytes), made.phases);
    return compiled;
  };

  return {
    async compile(traced, { maxBatch }) {
      positiveInteger(maxBatch, 'maxBatch');
      requireOpen();
      // threads start while the graph is compiled; whoever runs it hears of their failure
      open().catch(() => {});
      const graph = prepare(traced);
      const variant = variantsOf(graph, (unsharded) => build(graph, maxBatch, unsharded));
      await variant(maxBatch);
      return createProgram({
        graph: traced,
        maxBatch,
        memory,
        arena,
        inputs: inputsOf(graph),
        variant,
        shards: shardCount,
        post,
      });
    },
    compileSync(traced, { maxBatch }) {
      positiveInteger(maxBatch, 'maxBatch');
      requireOpen();
      const graph = prepare(traced);
      const variant = variantsOf(graph, (unsharded) => buildSync(graph, maxBatch, unsharded));
      variant(maxBatch);
      return createSyncProgram({
        graph: traced,
        maxBatch,
        memory,
        arena,
        inputs: inputsOf(graph),
        variant,
        shards: shardCount,
        inline: inline!,
        inFlight: () => pending,
      });
    },
    async read(variable) {
      await inFlight;
      requireOpen();
      const { address, layout } = variables.of(variable);
      const values = new Float32Array(elementCount(layout.shape));
      readTensor(memory.float32, address, layout, values);
      return values;
    },
    async write(variable, values) {
      await inFlight;
      requireOpen();
      const { address, layout } = variables.of(variable);
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

/** One compiled form for every set of sums without shards: that set can depend on the batch size. */
function variantsOf<T>(graph: Graph, make: (unsharded: ReadonlySet<number>) => T): (batchSize: number) => T {
  const variants = new Map<string, T>();
  const bySize = new Map<number, T>();
  return (batchSize) => {
    const known = bySize.get(batchSize);
    if (known !== undefined) return known;
    const unsharded = unshardedNodes(graph, batchSize);
    const key = [...unsharded].join();
    const variant = variants.get(key) ?? make(unsharded);
    variants.set(key, variant);
    bySize.set(batchSize, variant);
    return variant;
  };
}

const inputsOf = (graph: Graph): Map<string, TensorType> =>
  new Map(
    orderOf(graph)
      .filter((node) => node.role === 'input')
      .map((node) => [node.name, node.type]),
  );
