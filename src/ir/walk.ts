import { type Affine, axesOf, substituteAffine } from './affine.ts';
import type { Expression, Load, Reduce } from './expression.ts';

/** The direct operands of an expression. */
export function operands(e: Expression): readonly Expression[] {
  switch (e.kind) {
    case 'constant':
    case 'load':
    case 'index':
    case 'random':
      return [];
    case 'unary':
      return [e.a];
    case 'binary':
    case 'compare':
    case 'logic':
      return [e.a, e.b];
    case 'select':
      return [e.mask, e.a, e.b];
    case 'reduce':
      return [e.body];
  }
}

/** The same expression with other operands, in the order of `operands`. */
export function withOperands(e: Expression, next: readonly Expression[]): Expression {
  switch (e.kind) {
    case 'constant':
    case 'load':
    case 'index':
    case 'random':
      return e;
    case 'unary':
      return { ...e, a: next[0]! };
    case 'binary':
    case 'compare':
    case 'logic':
      return { ...e, a: next[0]!, b: next[1]! };
    case 'select':
      return { ...e, mask: next[0]!, a: next[1]!, b: next[2]! };
    case 'reduce':
      return { ...e, body: next[0]! };
  }
}

/** Calls `visit` once for every distinct expression below `e`, operands before their users. */
export function visitExpression(e: Expression, visit: (e: Expression) => void): void {
  const seen = new Set<Expression>();
  const go = (x: Expression): void => {
    if (seen.has(x)) return;
    seen.add(x);
    for (const operand of operands(x)) go(operand);
    visit(x);
  };
  go(e);
}

/**
 * Rebuilds an expression bottom-up; sharing is kept. `rewrite` sees each node with its operands already rebuilt
 * and returns the node or a replacement.
 */
export function mapExpression(e: Expression, rewrite: (e: Expression) => Expression): Expression {
  const memo = new Map<Expression, Expression>();
  const go = (x: Expression): Expression => {
    const known = memo.get(x);
    if (known) return known;
    const before = operands(x);
    const after = before.map(go);
    const same = after.every((operand, k) => operand === before[k]);
    const result = rewrite(same ? x : withOperands(x, after));
    memo.set(x, result);
    return result;
  };
  return go(e);
}

/** Replaces axes by affine forms everywhere; an axis of a reduction is replaced by the axes of its form. */
export function substituteAxes(e: Expression, replacement: Readonly<Record<string, Affine>>): Expression {
  return mapExpression(e, (x) => {
    if (x.kind === 'load') return { ...x, index: x.index.map((form) => substituteAffine(form, replacement)) };
    if (x.kind === 'index') return { ...x, value: substituteAffine(x.value, replacement) };
    if (x.kind === 'random') return { ...x, element: substituteAffine(x.element, replacement) };
    if (x.kind === 'reduce') {
      return {
        ...x,
        axes: x.axes.flatMap((axis) => (replacement[axis] ? axesOf(replacement[axis]) : [axis])),
      };
    }
    return x;
  });
}

/** Every distinct load below an expression. */
export function loadsOf(e: Expression): Load[] {
  const loads: Load[] = [];
  visitExpression(e, (x) => {
    if (x.kind === 'load') loads.push(x);
  });
  return loads;
}

/** Every distinct reduction below an expression, inner ones first. */
export function reductionsOf(e: Expression): Reduce[] {
  const reductions: Reduce[] = [];
  visitExpression(e, (x) => {
    if (x.kind === 'reduce') reductions.push(x);
  });
  return reductions;
}

/** Names of all axes that an expression reads, those of its reductions included. */
export function axesIn(e: Expression): Set<string> {
  const axes = new Set<string>();
  const addForm = (form: Affine): void => {
    for (const axis of axesOf(form)) axes.add(axis);
  };
  visitExpression(e, (x) => {
    if (x.kind === 'load') x.index.forEach(addForm);
    else if (x.kind === 'index') addForm(x.value);
    else if (x.kind === 'random') addForm(x.element);
    else if (x.kind === 'reduce') for (const axis of x.axes) axes.add(axis);
  });
  return axes;
}
