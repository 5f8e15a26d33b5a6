import type { AxisGridding, Gridding } from '../analysis/gridding.ts';
import { grouped, percent } from './figures.ts';
import { shortened, wrapped } from './inspect-columns.ts';
import type { InspectedChain, Report } from './inspect-report.ts';
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
    ...wrapped(`Gridding of ${titleOf(chain)}`, width, '  '),
    ...pictureLines(chain.gridding, width, terminal),
    ...verdictLines(chain.gridding).flatMap((line) => wrapped(line, width, '  ')),
  ]);
}

/** The layers of a chain, its kernel and its dilations. */
export function titleOf({ layers, kernel, dilations }: InspectedChain): string {
  const names = layers.length > 3 ? `${layers[0]} to ${layers.at(-1)}` : layers.join(', ');
  return `${shortened(names, 60)}: kernel ${kernel.join('x')}, dilations ${dilationsText(dilations)}`;
}

const dilationsText = (dilations: readonly (readonly number[])[]): string =>
  dilations.map((rates) => (new Set(rates).size === 1 ? rates[0] : rates.join('x'))).join(', ');

/** What the counts say, what the rule of Hybrid Dilated Convolution says, and what would be better. */
export function verdictLines({ axes, complete, offsets, reached, better }: Gridding): string[] {
  const share = percent(reached / offsets);
  const counted = complete
    ? `All ${grouped(offsets)} offsets of the field are combined.`
    : `${grouped(reached)} of ${grouped(offsets)} offsets of the field are combined (${share}); the others never are.`;
  const same = new Set(axes.map(({ dilations, kernel }) => `${dilations.join()} ${kernel}`)).size === 1;
  const rules = (same ? axes.slice(0, 1) : axes).map((axis, k) =>
    ruleText(axis, same ? '' : ` along axis ${k}`),
  );
  return [counted, ...rules, ...adviceLines(axes, complete, better)];
}

function ruleText({ kernel, rule, dilations, missing }: AxisGridding, where: string): string {
  const { distances, commonFactor, holds } = rule;
  const index = dilations.length > 1 ? 2 : 1;
  const limit = dilations.length > 1 ? kernel : 1;
  const distance = distances[index - 1]!;
  const compared = `M_${index} = ${distance} ${distance <= limit ? '<=' : '>'} ${limit}`;
  const factor =
    commonFactor > 1 ? `, ${distance <= limit ? 'but' : 'and'} ${commonFactor} divides all dilations` : '';
  return `Rule of Hybrid Dilated Convolution${where} (arXiv 1702.08502): ${compared}${factor}: ${holds ? 'kept' : 'broken'}.${holds === (missing.length === 0) ? '' : ' Here rule and count differ; the count decides.'}`;
}

function adviceLines(axes: readonly AxisGridding[], complete: boolean, better: Gridding['better']): string[] {
  if (complete) return [];
  if (better) return [`Better, with the same field and all offsets: dilations ${dilationsText(better)}.`];
  const layers = Math.max(...axes.map(({ fewestLayers }) => fewestLayers));
  return [`So few layers cannot combine a field of this size: at least ${layers} could.`];
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
