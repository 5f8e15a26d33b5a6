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

/** Expressions that were met: most have few parts, which a list finds faster than a table. */
class Met {
  readonly parts: Expression[] = [];
  #numbers: Map<Expression, number> | undefined;

  /** The number of an expression, or -1. */
  find(e: Expression): number {
    return this.#numbers ? (this.#numbers.get(e) ?? -1) : this.parts.indexOf(e);
  }

  add(e: Expression): void {
    this.#numbers?.set(e, this.parts.length);
    this.parts.push(e);
    if (this.parts.length === MOST_LISTED) this.#numbers = new Map(this.parts.map((part, k) => [part, k]));
  }
}

const MOST_LISTED = 24;

function visitParts(e: Expression, visit: (e: Expression) => void, met: Met): void {
  if (met.find(e) >= 0) return;
  // what stands below it cannot be met again above it
  switch (e.kind) {
    case 'unary':
      visitParts(e.a, visit, met);
      break;
    case 'binary':
    case 'compare':
    case 'logic':
      visitParts(e.a, visit, met);
      visitParts(e.b, visit, met);
      break;
    case 'select':
      visitParts(e.mask, visit, met);
      visitParts(e.a, visit, met);
      visitParts(e.b, visit, met);
      break;
    case 'reduce':
      visitParts(e.body, visit, met);
  }
  met.add(e);
  visit(e);
}

/** Calls `visit` once for every distinct expression below `e`, operands before their users. */
export function visitExpression(e: Expression, visit: (e: Expression) => void): void {
  if (isLeaf(e)) visit(e);
  else visitParts(e, visit, new Met());
}

/**
 * Rebuilds an expression bottom-up; sharing is kept. `rewrite` sees each node with its operands already rebuilt
 * and returns the node or a replacement.
 */
export const mapExpression = (e: Expression, rewrite: (e: Expression) => Expression): Expression =>
  isLeaf(e) ? rewrite(e) : mapParts(e, rewrite, new Met(), []);

/** `made` holds what stands for the expressions that were met. */
function mapParts(
  e: Expression,
  rewrite: (e: Expression) => Expression,
  met: Met,
  made: Expression[],
): Expression {
  const known = met.find(e);
  if (known >= 0) return made[known]!;
  let current = e;
  switch (e.kind) {
    case 'unary': {
      const a = mapParts(e.a, rewrite, met, made);
      if (a !== e.a) current = { ...e, a };
      break;
    }
    case 'binary':
    case 'compare':
    case 'logic': {
      const a = mapParts(e.a, rewrite, met, made);
      const b = mapParts(e.b, rewrite, met, made);
      if (a !== e.a || b !== e.b) current = { ...e, a, b } as Expression;
      break;
    }
    case 'select': {
      const mask = mapParts(e.mask, rewrite, met, made);
      const a = mapParts(e.a, rewrite, met, made);
      const b = mapParts(e.b, rewrite, met, made);
      if (mask !== e.mask || a !== e.a || b !== e.b) current = { ...e, mask, a, b };
      break;
    }
    case 'reduce': {
      const body = mapParts(e.body, rewrite, met, made);
      if (body !== e.body) current = { ...e, body };
    }
  }
  const result = rewrite(current);
  met.add(e);
  made.push(result);
  return result;
}

/** The expression with `map` of its own affine forms: indices of a load, an index value, the element of a random. */
export function mapForms(e: Expression, map: (form: Affine) => Affine): Expression {
  if (e.kind === 'load') {
    for (let k = 0; k < e.index.length; k++) {
      const form = map(e.index[k]!);
      if (form === e.index[k]) continue;
      // the forms before it stay as they are
      const index = e.index.slice();
      index[k] = form;
      for (let rest = k + 1; rest < index.length; rest++) index[rest] = map(index[rest]!);
      return { ...e, index };
    }
    return e;
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

/** What is asked for again and again of an expression. */
interface Found {
  readonly loads: readonly Load[];
  readonly reductions: readonly Reduce[];
}

const found = new WeakMap<Expression, Found>();

function foundIn(e: Expression): Found {
  let known = found.get(e);
  if (!known) {
    const loads: Load[] = [];
    const reductions: Reduce[] = [];
    visitExpression(e, (x) => {
      if (x.kind === 'load') loads.push(x);
      else if (x.kind === 'reduce') reductions.push(x);
    });
    known = { loads, reductions };
    found.set(e, known);
  }
  return known;
}

/** Every distinct load below an expression. */
export const loadsOf = (e: Expression): readonly Load[] => foundIn(e).loads;

/** Every distinct reduction below an expression, inner ones first. */
export const reductionsOf = (e: Expression): readonly Reduce[] => foundIn(e).reductions;

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
