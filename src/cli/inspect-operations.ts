import type { Expression } from '../ir/expression.ts';
import { type Kernel, RUNTIME_EXTENT } from '../ir/kernel.ts';
import { operands } from '../ir/walk.ts';

/**
 * Arithmetic operations of a call of a loop nest: every unary, binary and comparing operation counts one a point, a
 * reduction one an element more. Axes over the samples of a run count one.
 */
export function operationsOf({ axes, stores }: Kernel): number {
  const extents = new Map(axes.map(({ name, extent }) => [name, extent === RUNTIME_EXTENT ? 1 : extent]));
  const reduced = new Set(stores.flatMap(({ value }) => reducedAxes(value)));
  const points = axes.reduce(
    (product, { name }) => product * (reduced.has(name) ? 1 : extents.get(name)!),
    1,
  );
  const seen = new Set<Expression>();
  const count = (e: Expression, at: number): number => {
    if (seen.has(e)) return 0;
    seen.add(e);
    const inner =
      e.kind === 'reduce' ? e.axes.reduce((product, axis) => product * extents.get(axis)!, at) : at;
    const own = e.kind === 'reduce' ? inner : 'op' in e || e.kind === 'select' ? at : 0;
    return operands(e).reduce((sum, operand) => sum + count(operand, inner), own);
  };
  return stores.reduce((sum, { value }) => sum + count(value, points), 0);
}

function reducedAxes(e: Expression): string[] {
  return [...(e.kind === 'reduce' ? e.axes : []), ...operands(e).flatMap(reducedAxes)];
}
