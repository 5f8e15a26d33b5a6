import { type DrawnField, drawnFields } from '../analysis/field-words.ts';
import { type Gridding, gridding } from '../analysis/gridding.ts';
import { chainTitle, griddingVerdict } from '../analysis/gridding-words.ts';
import { shortened } from './figures.ts';
import { reduced } from './inspect-picture.ts';
import type { InspectedChain, Report } from './inspect-report.ts';
import type { Sample } from './inspect-sample.ts';

const WIDTH = 720;
const MARGIN = 24;
const GAP = 24;
const mostPixels = 64;
const largestGrid = 65;

/** What is drawn so far, from the top. */
interface Drawing {
  readonly parts: string[];
  y: number;
}

/**
 * Receptive fields over the sample and gridding of every chain as a picture of its own: no script, font or address
 * outside; light or dark as the reader's system is.
 */
export function svgOf(report: Report, sample: Sample | undefined): string {
  const drawing: Drawing = { parts: [], y: MARGIN };
  heading(drawing, `Receptive field and gridding of ${report.name}`, 'title');
  const fields = drawnFields(report);
  if (sample && fields.length > 0) {
    heading(drawing, 'What the position in the middle of each output sees', 'head');
    if (sample.height === 1) drawSeries(drawing, fields, sample);
    else drawImages(drawing, fields, sample);
  }
  for (const chain of report.chains) drawChain(drawing, chain);
  if (report.chains.length === 0) heading(drawing, 'No dilated convolution, so no gridding.', 'text');
  const height = Math.ceil(drawing.y + MARGIN);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img" aria-label="${escaped(`Receptive field and gridding of ${report.name}`)}">`,
    `<style>${style}</style>`,
    `<rect class="paper" width="${WIDTH}" height="${height}"/>`,
    ...drawing.parts,
    '</svg>\n',
  ].join('\n');
}

const style = [
  'text{font:13px system-ui,sans-serif;fill:var(--ink)}',
  '.title{font-size:18px;font-weight:600}.head{font-weight:600}',
  'svg{--paper:#fff;--ink:#1c2128;--pixel:#57606a;--frame:#d0d7de;--field:#0969da;--hole:#cf222e;--path:#1a7f37}',
  '@media(prefers-color-scheme:dark){svg{--paper:#0d1117;--ink:#e6edf3;--pixel:#9ea7b3;--frame:#30363d;--field:#58a6ff;--hole:#ff7b72;--path:#3fb950}}',
  '.paper{fill:var(--paper)}.pixel{fill:var(--pixel);shape-rendering:crispEdges}.frame{fill:none;stroke:var(--frame)}',
  '.field{fill:var(--field);fill-opacity:.18;stroke:var(--field);stroke-width:2}',
  '.hole{fill:none;stroke:var(--hole)}.path{fill:var(--path)}',
].join('');

const escaped = (text: string): string =>
  text.replace(/[&<>"]/g, (sign) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[sign]!);

const round = (n: number): number => Math.round(100 * n) / 100;

const rect = (kind: string, x: number, y: number, width: number, height: number, more = ''): string =>
  `<rect class="${kind}" x="${round(x)}" y="${round(y)}" width="${round(width)}" height="${round(height)}"${more}/>`;

const textAt = (kind: string, x: number, y: number, text: string): string =>
  `<text class="${kind}" x="${round(x)}" y="${round(y)}">${escaped(text)}</text>`;

/** Lines of text; about 7 units a character. */
function heading(drawing: Drawing, text: string, kind: 'title' | 'head' | 'text'): void {
  const line = kind === 'title' ? 28 : 20;
  const most = Math.floor((WIDTH - 2 * MARGIN) / (kind === 'title' ? 10 : 7));
  for (const words of broken(text, most)) {
    drawing.y += line;
    drawing.parts.push(textAt(kind, MARGIN, drawing.y - 6, words));
  }
}

function broken(text: string, most: number): string[] {
  const lines = [''];
  for (const word of text.split(' ')) {
    const line = lines.at(-1)!;
    if (line !== '' && line.length + 1 + word.length > most) lines.push(word);
    else lines[lines.length - 1] = line === '' ? word : `${line} ${word}`;
  }
  return lines;
}

function drawImages(drawing: Drawing, fields: readonly DrawnField[], sample: Sample): void {
  const factor = Math.ceil(Math.max(sample.width, sample.height) / mostPixels);
  const { height, width, pixels } = reduced(sample, factor, factor);
  const perRow = fields.length === 4 ? 4 : 3;
  const panel = (WIDTH - 2 * MARGIN + GAP) / perRow - GAP;
  const unit = panel / Math.max(width, height);
  const dots: string[] = [];
  for (const [k, ink] of pixels.entries())
    if (ink >= 0.05)
      dots.push(
        rect(
          'pixel',
          (k % width) * unit,
          Math.floor(k / width) * unit,
          unit,
          unit,
          ` opacity="${round(ink)}"`,
        ),
      );
  drawing.parts.push(`<defs><g id="sample">${dots.join('')}</g></defs>`);
  for (const [k, { layer, words, axes }] of fields.entries()) {
    const x = MARGIN + (k % perRow) * (panel + GAP);
    if (k % perRow === 0) drawing.y += 12;
    const [down, along] = axes as [DrawnField['axes'][0], DrawnField['axes'][0]];
    const scale = unit / factor;
    drawing.parts.push(
      `<use href="#sample" x="${x}" y="${drawing.y}"/>`,
      rect('frame', x, drawing.y, width * unit, height * unit),
      rect(
        'field',
        x + along.centre[0] * scale,
        drawing.y + down.centre[0] * scale,
        (along.centre[1] - along.centre[0] + 1) * scale,
        (down.centre[1] - down.centre[0] + 1) * scale,
      ),
      textAt('text', x, drawing.y + height * unit + 18, shortened(layer, Math.floor(panel / 7))),
      textAt('text', x, drawing.y + height * unit + 34, words),
    );
    if (k % perRow === perRow - 1 || k === fields.length - 1) drawing.y += height * unit + 42;
  }
}

function drawSeries(drawing: Drawing, fields: readonly DrawnField[], sample: Sample): void {
  const length = WIDTH - 2 * MARGIN;
  const { pixels, width } = reduced(sample, 1, Math.ceil(sample.width / 400));
  const scale = length / sample.width;
  drawing.y += 70;
  const points = [...pixels].map(
    (x, k) => `${round(MARGIN + (k + 0.5) * (length / width))},${round(drawing.y - 60 * x)}`,
  );
  drawing.parts.push(`<polyline points="${points.join(' ')}" style="fill:none;stroke:var(--pixel)"/>`);
  for (const { label, axes } of fields) {
    const [first, last] = axes[0]!.centre;
    drawing.y += 10;
    drawing.parts.push(rect('field', MARGIN + first * scale, drawing.y, (last - first + 1) * scale, 8));
    drawing.y += 24;
    drawing.parts.push(textAt('text', MARGIN, drawing.y, label));
  }
}

function drawChain(drawing: Drawing, chain: InspectedChain): void {
  drawing.y += 16;
  heading(drawing, `Gridding of ${chainTitle(chain)}`, 'head');
  const found = chain.gridding;
  if (found.axes.length === 1) drawPaths(drawing, found);
  else drawGrids(drawing, found);
  for (const line of griddingVerdict(found)) heading(drawing, line, 'text');
}

/**
 * Squares: filled the stronger the more paths, an empty frame where there is none. On the right the same of better
 * dilations.
 */
function drawGrids(drawing: Drawing, { axes, grid, better }: Gridding): void {
  if (!grid || Math.max(...axes.map(({ size }) => size)) > largestGrid) return;
  const kernel = axes.map((axis) => axis.kernel);
  const repaired = better && gridding(better, kernel).grid;
  const side = Math.min(20, 320 / Math.max(grid.length, grid[0]!.length));
  drawing.y += 8;
  drawSquares(drawing, grid, MARGIN, side);
  if (repaired) drawSquares(drawing, repaired, MARGIN + grid[0]!.length * side + GAP, side);
  drawing.y += grid.length * side + 4;
}

function drawSquares(
  { parts, y: top }: Drawing,
  grid: readonly (readonly number[])[],
  left: number,
  side: number,
): void {
  const most = Math.max(...grid.flat());
  for (const [row, counts] of grid.entries())
    for (const [column, count] of counts.entries()) {
      const [x, y] = [left + column * side + 1, top + row * side + 1];
      parts.push(
        count === 0
          ? rect('hole', x + 0.5, y + 0.5, side - 3, side - 3)
          : rect('path', x, y, side - 2, side - 2, ` opacity="${strength(count, most)}"`),
      );
    }
}

const strength = (count: number, most: number): number =>
  most === 1 ? 1 : round(0.25 + (0.75 * Math.log(count)) / Math.log(most));

function drawPaths(drawing: Drawing, { axes }: Gridding): void {
  const { paths, size } = axes[0]!;
  const most = Math.max(...paths);
  const step = Math.min(20, (WIDTH - 2 * MARGIN) / size);
  const height = 60;
  drawing.y += 8;
  for (const [k, count] of paths.entries()) {
    const tall = count === 0 ? 0 : height * strength(count, most);
    const x = MARGIN + k * step;
    drawing.parts.push(
      count === 0
        ? rect('hole', x, drawing.y + height - 3, Math.max(0.5, step - 1), 2)
        : rect('path', x, drawing.y + height - tall, Math.max(0.5, step - 1), tall),
    );
  }
  drawing.y += height + 4;
}
