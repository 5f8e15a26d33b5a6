import { foldConstants } from './fold-constants.ts';
import { forwardBorders } from './forward-borders.ts';
import { forwardCopies } from './forward-copies.ts';
import { forwardReshapes } from './forward-reshapes.ts';
import { inlineIntoViews } from './inline-into-views.ts';
import { mergeEqual } from './merge-equal.ts';
import type { Graph } from './node.ts';
import { rewriteGraph } from './rewrite.ts';
import { sinkMonotone } from './sink-monotone.ts';
import { trimTaps } from './trim-taps.ts';
import { walkWindows } from './walk-windows.ts';

/** A rewrite of a graph into one with the same values (up to rounding where the rewrite says so). */
export interface Pass {
  readonly name: string;
  readonly run: (graph: Graph) => Graph;
}

/** The rewrites before `order`, in their order. Nodes that nothing needs any more vanish with each. */
export const SIMPLIFICATIONS: readonly Pass[] = [
  { name: 'sinkMonotone', run: (graph) => rewriteGraph(graph, sinkMonotone) },
  { name: 'trimTaps', run: (graph) => rewriteGraph(graph, trimTaps) },
  { name: 'foldConstants', run: (graph) => rewriteGraph(graph, foldConstants) },
  { name: 'mergeEqual', run: mergeEqual },
  { name: 'forwardBorders', run: (graph) => rewriteGraph(graph, forwardBorders) },
  { name: 'forwardReshapes', run: (graph) => rewriteGraph(graph, forwardReshapes) },
  { name: 'inlineIntoViews', run: inlineIntoViews },
  { name: 'forwardCopies', run: (graph) => rewriteGraph(graph, forwardCopies) },
  { name: 'foldConstants', run: (graph) => rewriteGraph(graph, foldConstants) },
  { name: 'mergeEqual', run: mergeEqual },
  { name: 'walkWindows', run: (graph) => rewriteGraph(graph, walkWindows) },
];

/** Simplifies a graph. Inputs and variables stay the same objects. */
export const simplify = (graph: Graph): Graph => SIMPLIFICATIONS.reduce((g, pass) => pass.run(g), graph);
