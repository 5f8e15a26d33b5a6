import { unshardedNodes } from '../compiler/plan/order.ts';
import { type Graph, type Node, orderOf } from '../graph/node.ts';
import { variablesOf } from '../graph/same-graph.ts';
import { prepare } from './prepare.ts';
import { type GraphStructure, programCache } from './program-cache.ts';

/** A form of a graph: which of its sums run without shards can depend on the batch size. */
export interface Variant {
  readonly structure: GraphStructure;
  /** Tells it from other variants of the same structure. */
  readonly key: string;
  /** Variables of the traced graph. */
  readonly used: readonly Node[];
  /** The graph with ordered sums, made when it is first asked for, and numbers of the sums without shards. */
  readonly ordered: () => { readonly graph: Graph; readonly unsharded: ReadonlySet<number> };
}

/** One compiled form for every set of sums without shards. */
export function variantsOf<T>(traced: Graph, make: (variant: Variant) => T): (batchSize: number) => T {
  const structure = programCache.structureOf(traced);
  const used = variablesOf(traced);
  const variants = new Map<string, T>();
  let prepared: Graph | undefined;
  const graphOf = (): Graph => {
    prepared ??= prepare(traced);
    return prepared;
  };
  const keyOf = (batchSize: number): string => {
    let key = structure.variants.get(batchSize);
    if (key === undefined) {
      const unsharded = unshardedNodes(graphOf(), batchSize);
      // numbers of nodes differ from graph to graph, their positions do not
      key = orderOf(graphOf())
        .flatMap(({ id }, position) => (unsharded.has(id) ? [position] : []))
        .join();
      structure.variants.set(batchSize, key);
    }
    return key;
  };
  return (batchSize) => {
    const key = keyOf(batchSize);
    const known = variants.get(key);
    if (known !== undefined) return known;
    const ordered = (): ReturnType<Variant['ordered']> => ({
      graph: graphOf(),
      unsharded: unshardedNodes(graphOf(), batchSize),
    });
    const made = make({ structure, key, used, ordered });
    variants.set(key, made);
    return made;
  };
}
