import type { IndexValue } from '../../ir/expression.ts';

/** Row-major number of a point as an affine form. */
export function rowMajorNumber(
  axes: readonly string[],
  extents: ReadonlyMap<string, number>,
): IndexValue['value'] {
  const terms: Record<string, number> = {};
  let stride = 1;
  for (const axis of axes.toReversed()) {
    terms[axis] = stride;
    stride *= extents.get(axis)!;
  }
  return { constant: 0, terms };
}

/** All points over some axes, the first slowest. */
export function pointsOver(
  axes: readonly string[],
  spans: ReadonlyMap<string, number>,
): Record<string, number>[] {
  let points: Record<string, number>[] = [{}];
  for (const axis of axes) {
    const span = spans.get(axis)!;
    const longer: Record<string, number>[] = [];
    for (const point of points) for (let k = 0; k < span; k++) longer.push({ ...point, [axis]: k });
    points = longer;
  }
  return points;
}
