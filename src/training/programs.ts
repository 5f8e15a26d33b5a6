import type { Program } from '../engine/session.ts';
import type { Graph } from '../graph/node.ts';
import type { VariableStore } from './variable-store.ts';

/** Programs of a model by purpose, compiled when they are first needed and again where batches grow. */
export class Programs {
  readonly #store: VariableStore;
  readonly #programs = new Map<string, { readonly maxBatch: number; readonly program: Promise<Program> }>();

  constructor(store: VariableStore) {
    this.#store = store;
  }

  /**
   * The program of a purpose.
   * @param key says what the graph depends on, the size of the batch aside
   */
  async get(key: string, maxBatch: number, graph: () => Graph): Promise<Program> {
    const session = await this.#store.session();
    const known = this.#programs.get(key);
    if (known && known.maxBatch >= maxBatch) return known.program;
    const made = { maxBatch, program: session.compile(graph(), { maxBatch }) };
    this.#programs.set(key, made);
    made.program.catch(() => {
      if (this.#programs.get(key) === made) this.#programs.delete(key);
    });
    return made.program;
  }

  /** Forgets programs whose key begins so. */
  forget(prefix: string): void {
    for (const key of this.#programs.keys()) if (key.startsWith(prefix)) this.#programs.delete(key);
  }
}
