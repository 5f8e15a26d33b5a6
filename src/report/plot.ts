import { grouped } from '../analysis/figures.ts';
import { escapeHtml, Html } from './html.ts';

type PlotLibrary = typeof import('./plot-library.ts');
type PlotOptions = import('@observablehq/plot').PlotOptions;

/** Draws a plot as SVG text; `label` says what it shows to who cannot see it. */
export type Draw = (label: string, make: (plot: PlotLibrary) => PlotOptions) => Html;

/**
 * Loads Observable Plot and a document for it to draw in, which are needed for reports alone.
 * Every plot is a picture of its own: styles stand in the page, coordinates have two decimals.
 */
export async function openPlot(): Promise<Draw> {
  const plot = await import('./plot-library.ts');
  const { document } = plot.parseHTML('<!doctype html><html><body></body></html>');
  return (label, make) => {
    const svg = plot.plot({ ...make(plot), document: document as unknown as Document });
    svg.querySelector('style')?.remove();
    svg.setAttribute('role', 'img');
    svg.setAttribute('class', 'plot');
    svg.removeAttribute('font-family');
    svg.removeAttribute('font-size');
    // Groups with labels of their own would be read out instead of the picture's.
    for (const group of svg.querySelectorAll('g')) {
      group.removeAttribute('aria-label');
      group.removeAttribute('aria-description');
    }
    const named = `<svg aria-label="${escapeHtml(label)}"`;
    return new Html(withShortNumbers(svg.outerHTML).replace('<svg', () => named));
  };
}

const leastMargin = 48;
const mostMargin = 120;
const digitWidth = 6.4;

/** Pixels for the labels of about five ticks on the left of an axis from `lowest` to `highest`. */
export function tickMargin([lowest, highest]: readonly [number, number]): number {
  const step = (highest - lowest) / 5;
  const decimals = step > 0 ? Math.max(0, Math.ceil(-Math.log10(step))) : 0;
  const longest = Math.max(
    ...[lowest, highest].map((x) => grouped(x).length + (decimals > 0 ? decimals + 1 : 0)),
  );
  return Math.min(mostMargin, Math.max(leastMargin, 8 + Math.ceil(digitWidth * longest)));
}

/** Numbers inside tags, which hold no text of others, with at most two decimals. */
const withShortNumbers = (svg: string): string =>
  svg.replace(/<[^>]*>/g, (tag) =>
    tag.replace(/-?\d+\.\d{3,}/g, (number) => String(Number(Number(number).toFixed(2)))),
  );
