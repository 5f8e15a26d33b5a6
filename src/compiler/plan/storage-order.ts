import type { PlanNode } from './plan-graph.ts';

/** Matrices with fewer columns than this are kept column after column. */
const FEW_COLUMNS = 16;
/** Rows from which keeping the long axis contiguous pays. */
const MANY_ROWS = 64;

/**
 * Storage order of an unbatched tensor's dimensions, outermost first: row-major, except that a matrix with few columns and
 * many rows keeps its rows contiguous, which one layout then serves in the three products of a dense layer
 * (forward, input gradient, weight gradient). A function of the shape alone: every program of a session
 * agrees, and a gradient lies as its variable does.
 */
export function storageOrder(shape: readonly number[]): readonly number[] {
  const [rows, columns] = shape;
  if (shape.length === 2 && columns! < FEW_COLUMNS && rows! >= MANY_ROWS) return [1, 0];
  return shape.map((_, k) => k);
}

/** Storage order of a node's dimensions: its own, or row-major for samples, or by shape. */
export const storageOf = (node: PlanNode): readonly number[] =>
  node.storage ?? (node.type.batched ? node.type.shape.map((_, k) => k) : storageOrder(node.type.shape));
