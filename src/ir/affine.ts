/**
 * An affine form over named axes: `constant + sum(terms[axis] * axis)`.
 * Every index of an access is one, so that range, stride and inversion need no knowledge of the operation.
 */
export interface Affine {
  readonly constant: number;
  readonly terms: Readonly<Record<string, number>>;
}

/** Builds an affine form and drops terms whose coefficient is zero. */
export function affine(terms: Readonly<Record<string, number>>, constant = 0): Affine {
  const kept: Record<string, number> = {};
  for (const axis in terms) if (terms[axis] !== 0) kept[axis] = terms[axis]!;
  return { constant, terms: kept };
}

/** The form that is one axis alone. */
export const axisIndex = (axis: string): Affine => ({ constant: 0, terms: { [axis]: 1 } });

/** The form that is a constant alone. */
export const constantIndex = (constant: number): Affine => ({ constant, terms: {} });

/** Names of the axes with a nonzero coefficient, in the order of the terms. */
export const axesOf = (form: Affine): string[] => Object.keys(form.terms);

/** The coefficient of an axis, zero where the axis does not occur. */
export const coefficient = (form: Affine, axis: string): number => form.terms[axis] ?? 0;

export function addAffine(a: Affine, b: Affine): Affine {
  const terms: Record<string, number> = { ...a.terms };
  for (const axis in b.terms) terms[axis] = (terms[axis] ?? 0) + b.terms[axis]!;
  return affine(terms, a.constant + b.constant);
}

export function scaleAffine(form: Affine, factor: number): Affine {
  const terms: Record<string, number> = {};
  for (const axis in form.terms) terms[axis] = form.terms[axis]! * factor;
  return affine(terms, form.constant * factor);
}

/** `constant + sum of factors[k] * forms[k]`. */
export function combineAffine(
  constant: number,
  forms: readonly Affine[],
  factors: readonly number[],
): Affine {
  const terms: Record<string, number> = {};
  let total = constant;
  forms.forEach((form, k) => {
    const factor = factors[k]!;
    total += form.constant * factor;
    for (const axis in form.terms) terms[axis] = (terms[axis] ?? 0) + form.terms[axis]! * factor;
  });
  return affine(terms, total);
}

/** Replaces axes by affine forms; axes that are not named stay. A form of such axes alone stays the same object. */
export function substituteAffine(form: Affine, replacement: Readonly<Record<string, Affine>>): Affine {
  let named = false;
  for (const axis in form.terms) if (replacement[axis]) named = true;
  if (!named) return form;
  let result = constantIndex(form.constant);
  for (const axis in form.terms) {
    result = addAffine(result, scaleAffine(replacement[axis] ?? axisIndex(axis), form.terms[axis]!));
  }
  return result;
}

/** Value of the form at a point; axes that the point lacks count as zero. */
export function evaluateAffine(form: Affine, point: Readonly<Record<string, number>>): number {
  let value = form.constant;
  for (const axis in form.terms) value += form.terms[axis]! * (point[axis] ?? 0);
  return value;
}

/** Smallest and largest value while every axis runs from 0 to its extent - 1. */
export function affineRange(
  form: Affine,
  extents: Readonly<Record<string, number>>,
): [low: number, high: number] {
  let low = form.constant;
  let high = form.constant;
  for (const axis in form.terms) {
    const reach = form.terms[axis]! * ((extents[axis] ?? 1) - 1);
    if (reach > 0) high += reach;
    else low += reach;
  }
  return [low, high];
}

export function equalAffine(a: Affine, b: Affine): boolean {
  const keys = Object.keys(a.terms);
  return (
    a.constant === b.constant &&
    keys.length === Object.keys(b.terms).length &&
    keys.every((axis) => a.terms[axis] === b.terms[axis])
  );
}

/** True if the form is exactly one axis with coefficient one. */
export function isSingleAxis(form: Affine): boolean {
  const keys = Object.keys(form.terms);
  return form.constant === 0 && keys.length === 1 && form.terms[keys[0]!] === 1;
}

/** Readable text such as `2*i + u - 1`. */
export function printAffine(form: Affine): string {
  let text = '';
  const append = (part: string): void => {
    if (text === '') text = part;
    else text += part.startsWith('-') ? ` - ${part.slice(1)}` : ` + ${part}`;
  };
  for (const axis in form.terms) {
    const value = form.terms[axis];
    append(value === 1 ? axis : value === -1 ? `-${axis}` : `${value}*${axis}`);
  }
  if (form.constant !== 0 || text === '') append(String(form.constant));
  return text;
}
