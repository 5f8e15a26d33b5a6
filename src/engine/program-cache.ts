import type { ProgramPhases } from '../backends/wasm/program.ts';
import { type Graph, orderOf } from '../graph/node.ts';
import { sameGraph } from '../graph/same-graph.ts';
import type { Plan } from '../ir/plan.ts';
import type { TensorType } from '../ir/tensor-type.ts';
import type { CompiledGraph } from './compile-graph.ts';

/** What is needed of a plan to run its program. */
export type RunPlan = Pick<Plan, 'slotBytes' | 'overreach' | 'inputs' | 'outputs'>;

/** A step of placing a program in a memory: a range of the arena, or a variable by its number in the graph. */
export type Placement =
  | { readonly kind: 'range'; readonly bytes: number; readonly address: number }
  | { readonly kind: 'variable'; readonly number: number; readonly address: number };

/** A compiled program that any session can run whose memory is as it was where the program was compiled. */
export interface ReadyProgram extends ProgramPhases {
  readonly plan: RunPlan;
  readonly module: WebAssembly.Module;
  /** Of the module. */
  readonly bytes: number;
  /** What to reserve, in this order. */
  readonly placements: readonly Placement[];
}

/** What is kept of a compiled graph. */
export const readyProgram = (
  { plan: { slotBytes, overreach, inputs, outputs }, phases, prelude, bytes }: CompiledGraph,
  module: WebAssembly.Module,
  placements: readonly Placement[],
): ReadyProgram => ({
  plan: { slotBytes, overreach, inputs, outputs },
  phases,
  prelude,
  module,
  bytes: bytes.length,
  placements,
});

/** Types of the inputs by name. */
export const inputsOf = ({ inputs }: RunPlan): Map<string, TensorType> =>
  new Map(
    inputs.map(({ name, dtype, layout, place }) => [
      name,
      { dtype, shape: layout.shape, batched: place.sampleStride > 0 },
    ]),
  );

/** What is known of all graphs of one structure. */
export class GraphStructure {
  readonly graph: Graph;
  /** By batch size, what tells variants apart (see `create-session.ts`). */
  readonly variants: Map<number, string> = new Map();
  readonly #programs = new Map<string, ReadyProgram>();

  constructor(graph: Graph) {
    this.graph = graph;
  }

  /** Bytes that it keeps, about. */
  get bytes(): number {
    let bytes = NODE_BYTES * orderOf(this.graph).length;
    for (const [key, program] of this.#programs) bytes += key.length + program.bytes;
    return bytes;
  }

  /** The program of a variant for a memory, batch size and target. */
  program(key: string): ReadyProgram | undefined {
    return this.#programs.get(key);
  }

  keep(key: string, program: ReadyProgram): void {
    this.#programs.set(key, program);
  }
}

/** Bytes of a node with its definition, about. */
const NODE_BYTES = 1024;

/**
 * Programs by the structure of their graphs, so that a second model like a first one is not compiled again. It keeps
 * graphs and code, no values of variables and no memories; what was used longest ago makes room.
 */
export class ProgramCache {
  readonly #limit: number;
  #structures: GraphStructure[] = [];

  /** @param limit bytes that are kept, about */
  constructor(limit: number) {
    this.#limit = limit;
  }

  get bytes(): number {
    return this.#structures.reduce((sum, structure) => sum + structure.bytes, 0);
  }

  /** What is known of graphs like this one: from now on that it exists. */
  structureOf(graph: Graph): GraphStructure {
    const known = this.#structures.find((structure) => sameGraph(structure.graph, graph));
    const found = known ?? new GraphStructure(graph);
    this.#structures = [...this.#structures.filter((structure) => structure !== found), found];
    this.trim();
    return found;
  }

  /** Makes room; what was asked for last stays if it fits by itself. */
  trim(): void {
    let bytes = this.bytes;
    while (bytes > this.#limit && this.#structures.length > 0) bytes -= this.#structures.shift()!.bytes;
  }

  clear(): void {
    this.#structures = [];
  }
}

/** Of this process. */
export const programCache: ProgramCache = new ProgramCache(16 * 2 ** 20);
