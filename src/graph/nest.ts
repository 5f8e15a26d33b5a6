import type { Axis, Piece } from '../ir/definition.ts';
import type { Expression } from '../ir/expression.ts';
import { operands } from '../ir/walk.ts';
import type { Node } from './node.ts';

/** What encloses a point of a nest: the piece and the reductions around it. */
export interface Nest {
  readonly node: Node;
  readonly piece: Piece;
  readonly outer: readonly Axis[];
  readonly inner: readonly Axis[];
}

/** Worth computing again at every point of a reduction: a value, perhaps scaled by a constant. */
export function isCheap(e: Expression): boolean {
  if (e.kind === 'load' || e.kind === 'constant') return true;
  return (
    (e.kind === 'binary' && e.op === 'mul' && isCheap(e.a) && e.b.kind === 'constant') ||
    (e.kind === 'unary' && e.op === 'neg' && isCheap(e.a))
  );
}

/** Users before operands, without what stands inside reductions. */
export function regionInReverse(root: Expression): Expression[] {
  const order: Expression[] = [];
  const seen = new Set<Expression>();
  const visit = (e: Expression): void => {
    if (seen.has(e)) return;
    seen.add(e);
    if (e.kind !== 'reduce') for (const operand of operands(e)) visit(operand);
    order.push(e);
  };
  visit(root);
  return order.reverse();
}
