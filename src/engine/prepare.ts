import { order } from '../compiler/plan/order.ts';
import type { Graph } from '../graph/node.ts';
import { simplify } from '../graph/simplify.ts';

/** The passes that decide the bits of a graph's results. What comes after them changes none. */
export const prepare = (graph: Graph): Graph => order(simplify(graph));
