/** Values of one contestant over the points of a chart. */
export interface Line {
  readonly label: string;
  readonly values: readonly number[];
}

export interface Chart {
  readonly title: string;
  readonly xLabel: string;
  readonly yLabel: string;
  /** Text of each point. */
  readonly points: readonly (string | number)[];
  readonly lines: readonly Line[];
}

const [width, height, left, right, top, bottom] = [640, 380, 70, 170, 46, 56];
const colors = ['#2471a3', '#c0392b', '#1e8449', '#b9770e', '#7d3c98'];

/** Lines over evenly spaced points as SVG, the vertical axis from 0. */
export function chart({ title, xLabel, yLabel, points, lines }: Chart): string {
  const most = niceMaximum(Math.max(...lines.flatMap(({ values }) => values)));
  const x = (k: number): number =>
    rounded(left + ((width - left - right) * k) / Math.max(1, points.length - 1));
  const y = (value: number): number => rounded(height - bottom - ((height - bottom - top) * value) / most);
  const grid = Array.from({ length: 6 }, (_, k) => (most * k) / 5);
  const parts = [
    `<text x="${left}" y="26" font-size="16">${title}</text>`,
    ...grid.map(
      (value) =>
        `<line x1="${left}" x2="${width - right}" y1="${y(value)}" y2="${y(value)}" stroke="#e5e5e5"/>` +
        `<text x="${left - 8}" y="${y(value) + 4}" text-anchor="end">${Number(value.toPrecision(3))}</text>`,
    ),
    ...points.map(
      (point, k) => `<text x="${x(k)}" y="${height - bottom + 18}" text-anchor="middle">${point}</text>`,
    ),
    `<text x="${(left + width - right) / 2}" y="${height - 14}" text-anchor="middle">${xLabel}</text>`,
    `<text x="18" y="${height / 2}" transform="rotate(-90 18 ${height / 2})" text-anchor="middle">${yLabel}</text>`,
    ...lines.flatMap(({ label, values }, n) => {
      const color = colors[n % colors.length]!;
      const path = values.map((value, k) => `${x(k)},${y(value)}`).join(' ');
      return [
        `<polyline points="${path}" fill="none" stroke="${color}" stroke-width="2"/>`,
        ...values.map(
          (value, k) =>
            `<circle cx="${x(k)}" cy="${y(value)}" r="3.5" fill="${color}"><title>${label}, ${points[k]}: ${value.toPrecision(3)}</title></circle>`,
        ),
        `<text x="${width - right + 12}" y="${top + 14 + 20 * n}" fill="${color}">${label}</text>`,
      ];
    }),
  ];
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="12">` +
    `<rect width="${width}" height="${height}" fill="white"/>${parts.join('\n')}</svg>\n`
  );
}

const rounded = (value: number): number => Math.round(10 * value) / 10;

/** 1, 2 or 5 times a power of ten, not below the value. */
function niceMaximum(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  return power * ([1, 2, 5, 10].find((factor) => factor * power >= value) ?? 10);
}
