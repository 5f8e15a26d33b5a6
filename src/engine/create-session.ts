import { shardCount } from '../compiler/plan/contract-constants.ts';
import { type SpreadLimits, sampleLimits } from '../compiler/plan/spread-sample.ts';
import { positiveInteger, RuntimeError } from '../errors/index.ts';
import type { Graph, Node } from '../graph/node.ts';
import { elementCount } from '../ir/tensor-type.ts';
import {
  createInline,
  createPool,
  detectFeatures,
  type Inline,
  type Pool,
  type RuntimeInfo,
  requireSimd,
  runtimeInfo,
  startThreads,
} from '../runtime/index.ts';
import { Arena } from './arena.ts';
import { type CompiledGraph, type CompileTarget, compileGraph } from './compile-graph.ts';
import { createProgram } from './compiled-program.ts';
import { wantedSubjects } from './debug.ts';
import { recorded, replay } from './placements.ts';
import { inputsOf, programCache, type ReadyProgram, readyProgram } from './program-cache.ts';
import type { Session } from './session.ts';
import { readTensor, SessionMemory, writeTensor } from './session-memory.ts';
import type { Compiled } from './slots.ts';
import { createSyncProgram } from './sync-program.ts';
import { VariablePlaces } from './variable-places.ts';
import { type Variant, variantsOf } from './variants.ts';

export interface SessionOptions {
  /** Default: what the settings say (see `configure`). */
  readonly threads?: number;
  /** Samples that a kernel with more weights than activations walks at once. Default: the planner's choice. */
  readonly microBatch?: number;
  /** How threads share the nests of a step over one sample. */
  readonly spread?: SpreadLimits;
}

type Prepared =
  | { readonly known: ReadyProgram; readonly graph?: never; readonly made?: never; readonly keep?: never }
  | {
      readonly known?: never;
      readonly graph: Graph;
      readonly made: CompiledGraph;
      readonly keep: (module: WebAssembly.Module) => ReadyProgram;
    };

/** How many threads a session has. */
const threadsOf = ({ threads, sharedMemory }: RuntimeInfo, options: SessionOptions): number =>
  sharedMemory ? positiveInteger(options.threads ?? threads, 'threads') : 1;

/** Starts the threads of a session that is made soon, while something else is done. */
export function prepareThreads(options: Pick<SessionOptions, 'threads'> = {}): void {
  const info = runtimeInfo();
  if (info.sharedMemory) startThreads(threadsOf(info, options));
}

/**
 * A session over generated WebAssembly: the join of graph, compiler, backend and runtime.
 * @throws {UnsupportedError} where WebAssembly lacks SIMD
 */
export function createSession(options: SessionOptions = {}): Session {
  requireSimd(detectFeatures());
  const info = runtimeInfo();
  const threads = threadsOf(info, options);
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
  /** Sync programs that other threads know. */
  const shared = new Map<number, Pool>();
  const target = (workers: number, maxBatch: number): CompileTarget => ({
    memory,
    arena,
    addressOf: (variable) => variables.of(variable).address,
    // the calling thread may work too
    threads: workers > 1 && maxBatch === 1 ? workers + 1 : workers,
    shared: info.sharedMemory,
    revectorize: info.revectorize,
    microBatch: options.microBatch,
    spread: workers > 1 ? (options.spread ?? sampleLimits) : undefined,
  });
  /** What the addresses in a program depend on besides its graph. */
  const stateOf = (used: readonly Node[], workers: number, maxBatch: number): string =>
    JSON.stringify([
      used.map((variable) => variables.known(variable) ?? null),
      arena.ranges,
      memory.bytes,
      memory.maximumPages,
      [workers, info.sharedMemory, info.revectorize, options.microBatch ?? null, maxBatch],
    ]);
  const place = ({ plan, prelude }: Pick<ReadyProgram, 'plan' | 'prelude'>): Compiled => ({
    number: programs++,
    prelude: prelude && programs++,
    plan,
    newSlot: () => memory.reserve(plan.slotBytes),
  });
  const load = async (compiled: Compiled, { module, phases, prelude }: ReadyProgram): Promise<Compiled> => {
    const workers = await open();
    await Promise.all([
      workers.addProgram(compiled.number, module, phases),
      prelude && workers.addProgram(compiled.prelude!, module, prelude),
    ]);
    return compiled;
  };

  /** The program of a variant: one that was compiled before for a memory like this, or code and how to keep it. */
  const prepared = (variant: Variant, maxBatch: number, workers: number): Prepared => {
    const { structure, key, used } = variant;
    const state = `${key} ${stateOf(used, workers, maxBatch)}`;
    const known = wantedSubjects().size > 0 ? undefined : structure.program(state);
    if (known) {
      replay(known.placements, target(workers, maxBatch), used);
      memory.keepBehind(known.plan.overreach);
      return { known };
    }
    const { target: noting, placements } = recorded(target(workers, maxBatch), used);
    const { graph, unsharded } = variant.ordered();
    const made = compileGraph(graph, maxBatch, unsharded, noting);
    const keep = (module: WebAssembly.Module): ReadyProgram => {
      const ready = readyProgram(made, module, placements);
      structure.keep(state, ready);
      programCache.trim();
      return ready;
    };
    return { graph, made, keep };
  };
  const build = async (variant: Variant, maxBatch: number): Promise<Compiled> => {
    const { known, graph, made, keep } = prepared(variant, maxBatch, threads);
    if (known) return load(place(known), known);
    const wanted = wantedSubjects();
    if (wanted.size > 0) {
      const { printProgram, printToConsole } = await import('./print-program.ts');
      printToConsole(printProgram({ graph, maxBatch, module: made.bytes, ...made }, wanted));
    }
    const ready = keep(await WebAssembly.compile(made.bytes));
    return load(place(ready), ready);
  };
  const buildSync = (variant: Variant, maxBatch: number): Compiled => {
    const { known, made, keep } = prepared(variant, maxBatch, maxBatch === 1 ? threads : 1);
    const ready = known ?? keep(new WebAssembly.Module(made.bytes));
    const compiled = place(ready);
    inline ??= createInline(memory.memory);
    inline.addProgramSync(compiled.number, ready.module, ready.phases);
    if (ready.phases.every(({ items }) => items !== 'shards'))
      shareSync(compiled.number, ready).catch(() => {});
    return compiled;
  };
  /** Tells the other threads of a sync program. Until they know it, and where that fails, the calling thread runs it alone. */
  const shareSync = async (number: number, { module, phases }: ReadyProgram): Promise<void> => {
    const workers = await open();
    await workers.addProgram(number, module, phases);
    workers.join(number, module, phases);
    shared.set(number, workers);
  };

  return {
    async compile(traced, { maxBatch }) {
      positiveInteger(maxBatch, 'maxBatch');
      requireOpen();
      // threads start while the graph is compiled; whoever runs it hears of their failure
      open().catch(() => {});
      const variant = variantsOf(traced, (made) => build(made, maxBatch));
      const { plan } = await variant(maxBatch);
      return createProgram({
        graph: traced,
        maxBatch,
        memory,
        arena,
        inputs: inputsOf(plan),
        variant,
        shards: shardCount,
        post,
      });
    },
    compileSync(traced, { maxBatch }) {
      positiveInteger(maxBatch, 'maxBatch');
      requireOpen();
      const variant = variantsOf(traced, (made) => buildSync(made, maxBatch));
      const { plan } = variant(maxBatch);
      return createSyncProgram({
        graph: traced,
        maxBatch,
        memory,
        arena,
        inputs: inputsOf(plan),
        variant,
        shards: shardCount,
        runSlot: ({ number }, slot) => {
          if (!shared.get(number)?.runSync(slot)) inline!.run(slot);
        },
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
