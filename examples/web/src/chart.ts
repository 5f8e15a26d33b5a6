/** What a chart shows of one value over the steps of a training. */
export interface Series {
  readonly values: readonly { readonly step: number; readonly value: number }[];
  /** Values that stand out, such as those on the test images. */
  readonly marks: readonly { readonly step: number; readonly value: number }[];
  /** Steps of the whole training. */
  readonly steps: number;
  /** Value at the upper edge; the lower one is 0. */
  readonly high: number;
}

/** Points of a line at most: more than a phone has pixels for would only cost time. */
const mostPoints = 160;

/** Draws values as a line of the means of neighbouring steps, in an SVG with the view box 0 0 100 100. */
export function drawChart(svg: SVGSVGElement, series: Series): void {
  const { values, marks, steps, high } = series;
  const x = (step: number): string => ((100 * (step + 1)) / steps).toFixed(2);
  const y = (value: number): string => (100 - (100 * value) / high).toFixed(2);
  const line = means(values, Math.ceil(steps / mostPoints)).map(
    ({ step, value }) => `${x(step)} ${y(value)}`,
  );
  svg.querySelector('.line')!.setAttribute('d', line.length > 0 ? `M${line.join('L')}` : '');
  // A line of no length with round ends is a dot that keeps its shape however the picture is stretched.
  const dots = marks.map(({ step, value }) => `M${x(step)} ${y(value)}h0`);
  svg.querySelector('.marks')!.setAttribute('d', dots.join(''));
}

function means(values: Series['values'], count: number): { readonly step: number; readonly value: number }[] {
  const groups = [];
  for (let k = 0; k < values.length; k += count) {
    const group = values.slice(k, k + count);
    const value = group.reduce((sum, each) => sum + each.value, 0) / group.length;
    groups.push({ step: group.at(-1)!.step, value });
  }
  return groups;
}
