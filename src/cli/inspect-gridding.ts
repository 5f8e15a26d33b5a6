import type { AxisGridding, Gridding } from '../analysis/gridding.ts';
import { chainTitle, griddingVerdict } from '../analysis/gridding-words.ts';
import { wrapped } from './inspect-columns.ts';
import type { Report } from './inspect-report.ts';
import type { Terminal } from './terminal.ts';

const columnsOfPipe = 100;
const largestDrawn = 33;
/** A field without holes says little in a picture. */
const largestComplete = 13;

/** Which offsets the dilations of a network combine, with a verdict and better dilations. */
export function gridLines({ chains }: Report, terminal: Terminal): string[] {
  if (chains.length === 0) return ['', 'Gridding: no dilated convolution.'];
  const width = Math.min(terminal.columns(), columnsOfPipe);
  return chains.flatMap((chain) => [
    '',
    ...wrapped(`Gridding of ${chainTitle(chain)}`, width, '  '),
    ...pictureLines(chain.gridding, width, terminal),
    ...griddingVerdict(chain.gridding).flatMap((line) => wrapped(line, width, '  ')),
  ]);
}

function pictureLines({ axes, grid, complete }: Gridding, width: number, terminal: Terminal): string[] {
  if (axes.length === 1) return axisPicture(axes[0]!, width, terminal);
  const [rows, columns] = axes;
  if (
    !grid ||
    !rows ||
    !columns ||
    rows.size > (complete ? largestComplete : largestDrawn) ||
    2 * columns.size > width
  )
    return [];
  const most = Math.max(...grid.flat());
  return grid.map((row) => row.map((count) => cell(count, most, terminal)).join(' '));
}

const shades = '░▒▓█';

/** A dot for an offset that no path reaches; else the darker the more paths there are, by their logarithm. */
function cell(count: number, most: number, terminal: Terminal): string {
  if (count === 0) return terminal.style('red', '·');
  const level = most === 1 ? 1 : Math.log(count) / Math.log(most);
  return terminal.style('green', shades[Math.min(3, Math.floor(4 * level))]!);
}

const levels = '▁▂▃▄▅▆▇█';

function axisPicture({ paths, size }: AxisGridding, width: number, terminal: Terminal): string[] {
  if (size > width) return [];
  const most = Math.max(...paths);
  const bar = (count: number): string =>
    count === 0
      ? terminal.style('red', '·')
      : levels[Math.min(7, Math.floor(most === 1 ? 7 : (8 * Math.log(count)) / Math.log(most)))]!;
  return [paths.map(bar).join('')];
}
