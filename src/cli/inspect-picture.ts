import { stripVTControlCharacters } from 'node:util';
import { type DrawnField, drawnFields } from '../analysis/field-words.ts';
import type { AxisField } from '../analysis/receptive-field.ts';
import { shortened } from './figures.ts';
import type { Report } from './inspect-report.ts';
import type { Sample } from './inspect-sample.ts';
import { type Terminal, visibleLength } from './terminal.ts';

const columnsOfPipe = 100;
const widestImage = 64;

/** The receptive field of the position in the middle, drawn over a sample. */
export function fieldPictureLines(report: Report, sample: Sample | undefined, terminal: Terminal): string[] {
  const fields = drawnFields(report);
  if (fields.length === 0 || !sample) return [];
  const width = Math.min(terminal.columns(), columnsOfPipe);
  const title = 'Receptive field of the position in the middle of each output:';
  const lines =
    sample.height === 1
      ? seriesLines(fields, sample, width, terminal)
      : imageLines(fields, sample, width, terminal);
  return ['', title, ...lines];
}

function imageLines(
  fields: readonly DrawnField[],
  sample: Sample,
  width: number,
  terminal: Terminal,
): string[] {
  const factor = Math.ceil(sample.width / Math.min(widestImage, width - 2));
  const small = reduced(sample, factor, factor);
  const panels = fields.map(({ label, axes }) => panelOf(label, small, axes, factor, terminal));
  const panelWidth = small.width + 2;
  const perRow = Math.max(1, Math.floor((width + 2) / (panelWidth + 2)));
  const lines: string[] = [];
  for (let k = 0; k < panels.length; k += perRow) {
    const row = panels.slice(k, k + perRow);
    const rows = Math.max(...row.map((panel) => panel.length));
    const drawn = Array.from({ length: rows }, (_, y) =>
      row
        .map((panel) => padded(panel[y] ?? '', panelWidth))
        .join('  ')
        .trimEnd(),
    );
    while (stripVTControlCharacters(drawn.at(-1)!).trim() === '') drawn.pop();
    lines.push(...(k > 0 ? [''] : []), ...drawn);
  }
  return lines;
}

const padded = (text: string, width: number): string =>
  text + ' '.repeat(Math.max(0, width - visibleLength(text)));

/** Two rows of pixels a line; a frame, which takes room of its own, around the field. */
function panelOf(
  label: string,
  { height, width, pixels }: Sample,
  axes: readonly AxisField[],
  factor: number,
  terminal: Terminal,
): string[] {
  const [[top, bottom], [first, last]] = axes.map(({ centre }) =>
    centre.map((k) => Math.floor(k / factor)),
  ) as [[number, number], [number, number]];
  const ink = (y: number, x: number, end: number): boolean => y < end && pixels[y * width + x]! >= 0.5;
  const text = (y: number, end: number, from: number, to: number): string => {
    let line = '';
    for (let x = from; x < to; x++) line += ' ▀▄█'[(ink(y, x, end) ? 1 : 0) + (ink(y + 1, x, end) ? 2 : 0)];
    return line;
  };
  const dim = (line: string): string => (line === '' ? '' : terminal.style('dim', line));
  const field = (line: string): string => terminal.style('green', line);
  // the frame's columns show what stands on both sides of them, so that strokes go on above and below it
  const bridged = (line: string, at: number): string =>
    line.slice(0, at) + (line[at - 1] === line[at] ? (line[at] ?? ' ') : ' ') + line.slice(at);
  const outside = (from: number, to: number): string[] => {
    const lines = [];
    for (let y = from; y < to; y += 2)
      lines.push(dim(bridged(bridged(text(y, to, 0, width), last + 1), first)));
    return lines;
  };
  const edge = (left: string, right: string): string =>
    ' '.repeat(first) + field(left + '─'.repeat(last + 1 - first) + right);
  const inside = [];
  for (let y = top; y <= bottom; y += 2)
    inside.push(
      dim(text(y, bottom + 1, 0, first)) +
        field(`│${text(y, bottom + 1, first, last + 1)}│`) +
        dim(text(y, bottom + 1, last + 1, width)),
    );
  return [
    shortened(label, width + 2),
    ...outside(0, top),
    edge('┌', '┐'),
    ...inside,
    edge('└', '┘'),
    ...outside(bottom + 1, height),
  ];
}

const levels = '▁▂▃▄▅▆▇█';

/** A series as a line of bars, and below it a bracket for each field. */
function seriesLines(
  fields: readonly DrawnField[],
  sample: Sample,
  width: number,
  terminal: Terminal,
): string[] {
  const longest = Math.max(...fields.map(({ label }) => label.length));
  const factor = Math.ceil(sample.width / Math.max(16, width - longest - 2));
  const { pixels, width: columns } = reduced(sample, 1, factor);
  const bars = [...pixels].map((x) => levels[Math.min(7, Math.floor(8 * x))]).join('');
  const brackets = fields.map(({ label, axes }) => {
    const [first, last] = axes[0]!.centre.map((k) => Math.floor(k / factor)) as [number, number];
    const mark = first === last ? '│' : `└${'─'.repeat(last - first - 1)}┘`;
    return `${' '.repeat(first)}${terminal.style('green', mark)}${' '.repeat(columns - last - 1)}  ${label}`;
  });
  return [bars, ...brackets];
}

/** Means of blocks of pixels. */
export function reduced({ height, width, pixels }: Sample, down: number, along: number): Sample {
  const [rows, columns] = [Math.ceil(height / down), Math.ceil(width / along)];
  const sums = new Float32Array(rows * columns);
  const counts = new Float32Array(rows * columns);
  for (let k = 0; k < pixels.length; k++) {
    const at = Math.floor(Math.floor(k / width) / down) * columns + Math.floor((k % width) / along);
    sums[at]! += pixels[k]!;
    counts[at]! += 1;
  }
  return { height: rows, width: columns, pixels: sums.map((sum, k) => sum / counts[k]!) };
}
