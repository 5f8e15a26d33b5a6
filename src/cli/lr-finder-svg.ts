import type { LearningRateSweep } from '../model/learning-rate-finder.ts';
import { shownTop } from './lr-finder-chart.ts';

const WIDTH = 720;
const HEIGHT = 420;
const LEFT = 64;
const RIGHT = 24;
const TOP = 56;
const BOTTOM = 56;

const style = [
  'text{font:13px system-ui,sans-serif;fill:var(--ink)}.title{font-size:18px;font-weight:600}',
  'svg{--paper:#fff;--ink:#1c2128;--frame:#d0d7de;--line:#0969da;--dots:#57606a;--mark:#1a7f37}',
  '@media(prefers-color-scheme:dark){svg{--paper:#0d1117;--ink:#e6edf3;--frame:#30363d;--line:#58a6ff;--dots:#9ea7b3;--mark:#3fb950}}',
  '.paper{fill:var(--paper)}.grid{stroke:var(--frame)}.line{fill:none;stroke:var(--line);stroke-width:2}',
  '.dot{fill:var(--dots);fill-opacity:.5}.mark{stroke:var(--mark);stroke-width:2;stroke-dasharray:4 3}',
].join('');

const escaped = (text: string): string =>
  text.replace(/[&<>"]/g, (sign) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[sign]!);
const rounded = (value: number): number => Math.round(10 * value) / 10;

/** The losses over the logarithm of the rate as a picture of its own, light or dark as the reader's system is. */
export function sweepSvg({ rates, losses, smoothed, suggestion }: LearningRateSweep, title: string): string {
  const [first, last] = [Math.log10(rates[0]!), Math.log10(rates.at(-1)!)];
  const low = Math.min(...smoothed);
  const high = shownTop(smoothed);
  const x = (rate: number): number =>
    rounded(LEFT + ((Math.log10(rate) - first) / (last - first)) * (WIDTH - LEFT - RIGHT));
  const y = (loss: number): number =>
    rounded(
      HEIGHT -
        BOTTOM -
        (Math.min(Math.max(loss, low) - low, high - low) / (high - low || 1)) * (HEIGHT - TOP - BOTTOM),
    );
  const decades = Array.from(
    { length: Math.floor(last) - Math.ceil(first) + 1 },
    (_, k) => 10 ** (Math.ceil(first) + k),
  );
  const inside = losses.flatMap((loss, k) => (loss <= high ? [[rates[k]!, loss] as const] : []));
  const parts = [
    `<text class="title" x="${LEFT}" y="28">${escaped(title)}</text>`,
    ...decades.map(
      (rate) =>
        `<line class="grid" x1="${x(rate)}" x2="${x(rate)}" y1="${TOP}" y2="${HEIGHT - BOTTOM}"/>` +
        `<text x="${x(rate)}" y="${HEIGHT - BOTTOM + 20}" text-anchor="middle">${rate.toExponential(0)}</text>`,
    ),
    ...[low, (low + high) / 2, high].map(
      (loss) =>
        `<line class="grid" x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${y(loss)}" y2="${y(loss)}"/>` +
        `<text x="${LEFT - 8}" y="${y(loss) + 4}" text-anchor="end">${loss.toPrecision(3)}</text>`,
    ),
    ...inside.map(([rate, loss]) => `<circle class="dot" cx="${x(rate)}" cy="${y(loss)}" r="2"/>`),
    `<polyline class="line" points="${smoothed.map((loss, k) => `${x(rates[k]!)},${y(loss)}`).join(' ')}"/>`,
    ...(suggestion.steepest === undefined
      ? []
      : [
          `<line class="mark" x1="${x(suggestion.steepest)}" x2="${x(suggestion.steepest)}" y1="${TOP}" y2="${HEIGHT - BOTTOM}"/>`,
          `<text x="${x(suggestion.steepest)}" y="${TOP - 8}" text-anchor="middle">falls fastest at ${suggestion.steepest.toExponential(1)}</text>`,
        ]),
    `<text x="${(LEFT + WIDTH - RIGHT) / 2}" y="${HEIGHT - 12}" text-anchor="middle">learning rate</text>`,
  ];
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" height="${HEIGHT}" role="img" aria-label="${escaped(title)}">`,
    `<style>${style}</style>`,
    `<rect class="paper" width="${WIDTH}" height="${HEIGHT}"/>`,
    ...parts,
    '</svg>\n',
  ].join('\n');
}
