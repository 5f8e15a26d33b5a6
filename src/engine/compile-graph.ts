import { type CompiledKernel, compileKernel } from '../backends/wasm/compile-kernel.ts';
import { ModuleBuilder } from '../backends/wasm/module.ts';
import { emitProgram, type ProgramPhases } from '../backends/wasm/program.ts';
import { shardCount } from '../compiler/plan/contract-constants.ts';
import { createPlan } from '../compiler/plan/create-plan.ts';
import { toPlanGraph } from '../compiler/plan/plan-graph.ts';
import type { SpreadLimits } from '../compiler/plan/spread-sample.ts';
import { type Graph, type Node, rootsOf, topologicalOrder } from '../graph/node.ts';
import type { Plan } from '../ir/plan.ts';
import { slotHeaderBytes } from '../ir/slot.ts';
import type { Arena, ArenaUse } from './arena.ts';
import type { SessionMemory } from './session-memory.ts';

/** Where and for what a graph is compiled. */
export interface CompileTarget {
  readonly memory: SessionMemory;
  /** Where values of a step go. */
  readonly arena: Pick<Arena, 'open'>;
  readonly addressOf: (variable: Node) => number;
  readonly threads: number;
  readonly shared: boolean;
  readonly revectorize: boolean;
  readonly microBatch?: number;
  /** Of a step over one sample, threads share its nests. Default: a sample belongs to one thread. */
  readonly spread?: SpreadLimits;
}

/** A graph as a WebAssembly module over the memory of a session. */
export interface CompiledGraph extends ProgramPhases {
  readonly plan: Plan;
  /** Address of thread 0's scratch. */
  readonly scratch: number;
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly kernels: ReadonlySet<CompiledKernel>;
  /** Names of the functions of the module, in their order. */
  readonly functions: readonly string[];
}

/** A plan and what it reserved for its steps. */
export interface PlannedGraph {
  readonly plan: Plan;
  readonly arena: ArenaUse;
}

/** Plans and emits a graph whose sums are ordered. `unsharded`: numbers of the sums that run without shards. */
export const compileGraph = (
  graph: Graph,
  maxBatch: number,
  unsharded: ReadonlySet<number>,
  target: CompileTarget,
): CompiledGraph => emitGraph(planGraph(graph, maxBatch, unsharded, target), target);

/** The first half of `compileGraph`. */
export function planGraph(
  graph: Graph,
  maxBatch: number,
  unsharded: ReadonlySet<number>,
  target: CompileTarget,
): PlannedGraph {
  const arena = target.arena.open();
  const origins = topologicalOrder([...rootsOf(graph), ...graph.assignments.map((a) => a.variable)]);
  const plan = createPlan(
    toPlanGraph(graph, (id) => unsharded.has(id)),
    {
      reserve: (bytes) => arena.reserve(bytes),
      variable: (node) => target.addressOf(origins[node.id]!),
    },
    {
      maxBatch,
      ...shardSizes(maxBatch),
      slotHeader: slotHeaderBytes,
      microBatch: target.microBatch,
      spread: target.spread,
    },
  );
  return { plan, arena };
}

/** The second half of `compileGraph`. */
export function emitGraph({ plan, arena }: PlannedGraph, target: CompileTarget): CompiledGraph {
  const { memory } = target;
  const builder = new ModuleBuilder();
  const kernels = new Set<CompiledKernel>();
  const scratch = arena.reserve(plan.scratchStride * target.threads);
  memory.keepBehind(plan.overreach);
  // every schedule gives the same bits: the wider one pays where V8 joins pairs of vectors
  const width = { registerLanes: target.revectorize ? 8 : 4 } as const;
  const { phases, prelude } = emitProgram(
    plan,
    builder,
    (kernel, into) => {
      const compiled = compileKernel(kernel, into, width);
      kernels.add(compiled);
      return compiled;
    },
    { scratch, shared: arena.ranges },
    width,
  );
  const bytes = builder.encode({ initial: 1, maximum: memory.maximumPages, shared: target.shared });
  return {
    plan,
    phases,
    prelude,
    scratch,
    bytes,
    kernels,
    functions: builder.functions.map(({ name }) => name),
  };
}

/** The most shards, and the most samples in one, over all batch sizes up to `maxBatch`. */
function shardSizes(maxBatch: number): { maxShards: number; maxShardSamples: number } {
  let maxShardSamples = 1;
  for (let n = 1; n <= maxBatch; n++)
    maxShardSamples = Math.max(maxShardSamples, Math.ceil(n / shardCount(n)));
  return { maxShards: shardCount(maxBatch), maxShardSamples };
}
