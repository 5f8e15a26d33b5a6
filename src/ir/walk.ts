import { type Affine, axesOf, substituteAffine } from './affine.ts';
import type { Expression, Load, Reduce } from './expression.ts';

const NONE: readonly Expression[] = [];

/** The direct operands of an expression. */
export function operands(e: Expression): readonly Expression[] {
  switch (e.kind) {
    case 'constant':
    case 'load':
    case 'index':
    case 'random':
      return NONE;
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

const isLeaf = ({ kind }: Expression): boolean =>
  kind === 'constant' || kind === 'load' || kind === 'index' || kind === 'random';

/** The expression with `map` of each operand; the same object if none changes. */
function mapOperands(e: Expression, map: (operand: Expression) => Expression): Expression {
  switch (e.kind) {
    case 'constant':
    case 'load':
    case 'index':
    case 'random':
      return e;
    case 'unary': {
      const a = map(e.a);
      return a === e.a ? e : { ...e, a };
    }
    case 'binary':
    case 'compare':
    case 'logic': {
      const a = map(e.a);
      const b = map(e.b);
      return a === e.a && b === e.b ? e : { ...e, a, b };
    }
    case 'select': {
      const mask = map(e.mask);
      const a = map(e.a);
      const b = map(e.b);
      return mask === e.mask && a === e.a && b === e.b ? e : { ...e, mask, a, b };
    }
    case 'reduce': {
      const body = map(e.body);
      return body === e.body ? e : { ...e, body };
    }
  }
}

/** Calls `visit` once for every distinct expression below `e`, operands before their users. */
export function visitExpression(e: Expression, visit: (e: Expression) => void): void {
  if (isLeaf(e)) {
    visit(e);
    return;
  }
  const seen = new Set<Expression>();
  const go = (x: Expression): void => {
    if (seen.has(x)) return;
    seen.add(x);
    switch (x.kind) {
      case 'unary':
        go(x.a);
        break;
      case 'binary':
      case 'compare':
      case 'logic':
        go(x.a);
        go(x.b);
        break;
      case 'select':
        go(x.mask);
        go(x.a);
        go(x.b);
        break;
      case 'reduce':
        go(x.body);
    }
    visit(x);
  };
  go(e);
}

/**
 * Rebuilds an expression bottom-up; sharing is kept. `rewrite` sees each node with its operands already rebuilt
 * and returns the node or a replacement.
 */
export function mapExpression(e: Expression, rewrite: (e: Expression) => Expression): Expression {
  if (isLeaf(e)) return rewrite(e);
  const memo = new Map<Expression, Expression>();
  const go = (x: Expression): Expression => {
    const known = memo.get(x);
    if (known) return known;
    const result = rewrite(mapOperands(x, go));
    memo.set(x, result);
    return result;
  };
  return go(e);
}

/** The expression with `map` of its own affine forms: indices of a load, an index value, the element of a random. */
export function mapForms(e: Expression, map: (form: Affine) => Affine): Expression {
  if (e.kind === 'load') {
    const index = e.index.map(map);
    return index.every((form, k) => form === e.index[k]) ? e : { ...e, index };
  }
  if (e.kind === 'index') {
    const value = map(e.value);
    return value === e.value ? e : { ...e, value };
  }
  if (e.kind === 'random') {
    const element = map(e.element);
    return element === e.element ? e : { ...e, element };
  }
  return e;
}

/** Replaces axes by affine forms everywhere; an axis of a reduction is replaced by the axes of its form. */
export function substituteAxes(e: Expression, replacement: Readonly<Record<string, Affine>>): Expression {
  const substitute = (form: Affine): Affine => substituteAffine(form, replacement);
  return mapExpression(e, (x) => {
    if (x.kind !== 'reduce') return mapForms(x, substitute);
    if (!x.axes.some((axis) => replacement[axis])) return x;
    return {
      ...x,
      axes: x.axes.flatMap((axis) => (replacement[axis] ? axesOf(replacement[axis]) : [axis])),
    };
  });
}

const loads = new WeakMap<Expression, readonly Load[]>();
const reductions = new WeakMap<Expression, readonly Reduce[]>();

/** Every distinct load below an expression. */
export function loadsOf(e: Expression): readonly Load[] {
  let known = loads.get(e);
  if (!known) {
    const found: Load[] = [];
    visitExpression(e, (x) => {
      if (x.kind === 'load') found.push(x);
    });
    known = found;
    loads.set(e, known);
  }
  return known;
}

/** Every distinct reduction below an expression, inner ones first. */
export function reductionsOf(e: Expression): readonly Reduce[] {
  let known = reductions.get(e);
  if (!known) {
    const found: Reduce[] = [];
    visitExpression(e, (x) => {
      if (x.kind === 'reduce') found.push(x);
    });
    known = found;
    reductions.set(e, known);
  }
  return known;
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
