import { grouped } from '../analysis/figures.ts';
import { breakable, type Html, html } from './html.ts';
import type { Draw } from './plot.ts';
import type { SpatialKernels } from './spatial-kernels.ts';

/** Holes between taps are dotted up to this many a layer. */
const mostHoles = 800;

/** Learnt kernels with their taps as far apart as the dilation puts them. */
export function kernelSection(layers: readonly SpatialKernels[], draw: Draw): Html | undefined {
  if (layers.length === 0) return undefined;
  const dilated = layers.some(({ dilation }) => dilation.some((step) => step > 1));
  const spread = dilated
    ? ' Squares are taps, as far apart as the dilation puts them; at the dots between them nothing is read.'
    : '';
  return html`<section id="kernels">
<h2>What it looks for</h2>
<p>Learnt kernels that look at one channel each: <span class="key positive"></span>blue adds, <span class="key negative"></span>orange takes away, the stronger the colour the more.${spread}</p>
<div class="figures">${layers.map((layer) => kernelFigure(layer, draw))}</div>
</section>`;
}

function kernelFigure(layer: SpatialKernels, draw: Draw): Html {
  const { className, taps, dilation, kernels, count } = layer;
  const shown =
    kernels.length < count
      ? `${kernels.length} of ${grouped(count)} kernels, those with the largest weights`
      : count === 1
        ? '1 kernel'
        : `${grouped(count)} kernels`;
  const steps = [...new Set(dilation)].join('x');
  const most = Math.max(...kernels.map((kernel) => Math.max(...kernel.map(Math.abs))));
  const text = `${shown} of ${taps.join('x')}, dilation ${steps}; strongest weight ${Number(most.toPrecision(3))}`;
  return html`<figure><h3>${breakable(layer.layer)} <small>${className}</small></h3>${drawKernels(layer, most, `Kernels of a layer: ${text}`, draw)}<figcaption>${text}</figcaption></figure>`;
}

interface Square {
  readonly x1: number;
  readonly x2: number;
  readonly y1: number;
  readonly y2: number;
  readonly weight: number;
}

/** Kernels beside each other in panels of extent 1; a tap takes a cell of the grid that the kernel spans. */
function drawKernels(
  { taps, dilation, kernels }: SpatialKernels,
  most: number,
  label: string,
  draw: Draw,
): Html {
  const [rows, columns] = taps.length === 2 ? [taps[0]!, taps[1]!] : [1, taps[0]!];
  const [down, along] = taps.length === 2 ? [dilation[0]!, dilation[1]!] : [1, dilation[0]!];
  const [tall, wide] = [(rows - 1) * down + 1, (columns - 1) * along + 1];
  const perRow = wide > 3 * tall ? 2 : 8;
  const used = Math.min(perRow, Math.max(kernels.length, perRow / 2));
  const gap = 0.2;
  const [cellWide, cellTall] = [(1 - gap) / wide, (1 - gap) / tall];
  const panels: { x1: number; x2: number; y1: number; y2: number }[] = [];
  const squares: Square[] = [];
  const holes: { x: number; y: number }[] = [];
  for (const [k, kernel] of kernels.entries()) {
    const [left, top] = [k % perRow, Math.floor(k / perRow)];
    panels.push({ x1: left, x2: left + 1 - gap, y1: top, y2: top + 1 - gap });
    for (let y = 0; y < tall; y++)
      for (let x = 0; x < wide; x++) {
        const [x1, y1] = [left + x * cellWide, top + y * cellTall];
        if (y % down === 0 && x % along === 0)
          squares.push({
            x1,
            x2: x1 + cellWide,
            y1,
            y2: y1 + cellTall,
            weight: kernel[(y / down) * columns + x / along]!,
          });
        else holes.push({ x: x1 + cellWide / 2, y: y1 + cellTall / 2 });
      }
  }
  const width = 360;
  const panelRows = Math.ceil(kernels.length / perRow);
  const panelTall = Math.max(10, ((width / used) * tall) / wide);
  return draw(label, (plot) => ({
    width,
    height: Math.ceil((panelRows - gap) * panelTall),
    margin: 0,
    axis: null,
    x: { domain: [0, used] },
    y: { domain: [panelRows - gap, 0] },
    color: { type: 'identity' },
    opacity: { type: 'identity' },
    marks: [
      plot.rect(panels, { x1: 'x1', x2: 'x2', y1: 'y1', y2: 'y2', fill: 'var(--panel)' }),
      ...(holes.length <= mostHoles
        ? [plot.dot(holes, { x: 'x', y: 'y', r: 0.9, fill: 'var(--muted)', fillOpacity: 0.55 })]
        : []),
      plot.rect(squares, {
        x1: 'x1',
        x2: 'x2',
        y1: 'y1',
        y2: 'y2',
        fill: ({ weight }: Square) => (weight < 0 ? 'var(--negative)' : 'var(--positive)'),
        fillOpacity: ({ weight }: Square) => Math.min(1, Math.abs(weight) / (most || 1)),
        stroke: 'var(--line)',
        strokeWidth: 0.5,
        title: ({ weight }: Square) => weight.toPrecision(3),
      }),
    ],
  }));
}
