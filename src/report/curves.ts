import { elapsed, lossFigure, percent } from '../analysis/figures.ts';
import { type Html, html } from './html.ts';
import type { TrainingHistory } from './options.ts';
import { type Draw, tickMargin } from './plot.ts';

/** A value over the epochs, measured in training and on the validation data. */
interface Curve {
  readonly name: string;
  readonly training: readonly (number | null)[] | undefined;
  readonly validation: readonly (number | null)[] | undefined;
}

/** `valMeanAbsoluteError` as `val mean absolute error`. */
const wordsOf = (name: string): string =>
  name.replace(/_/g, ' ').replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);

const isValidation = (name: string): boolean => /^val([A-Z]|_)/.test(name);
const withoutVal = (name: string): string => {
  const rest = name.replace(/^val_?/, '');
  return rest[0]!.toLowerCase() + rest.slice(1);
};

const isShare = (name: string): boolean => /accuracy|precision|recall|auc$/i.test(name);

/** A value of a metric for people: shares as percent. */
export const metricFigure = (name: string, value: number): string =>
  isShare(name) ? percent(value) : lossFigure(value);

function curvesOf({ history }: TrainingHistory): Curve[] {
  const names = new Set(Object.keys(history).map((name) => (isValidation(name) ? withoutVal(name) : name)));
  return [...names].map((name) => ({
    name,
    training: history[name],
    validation: Object.entries(history).find(([key]) => isValidation(key) && withoutVal(key) === name)?.[1],
  }));
}

/** Loss and metrics over the epochs, with the numbers to look up. */
export function curveSection(history: TrainingHistory, draw: Draw): Html | undefined {
  const curves = curvesOf(history);
  if (history.epoch.length === 0 || curves.length === 0) return undefined;
  const both = curves.some(({ training, validation }) => training && validation);
  const legend = html`<p class="legend" aria-hidden="true"><span class="key training"></span>training <span class="key validation"></span>validation</p>`;
  const explained = both
    ? 'Training values are means over an epoch, while the network still changes and dropout is on; validation values are measured at its end.'
    : undefined;
  return html`<section id="curves">
<h2>How it learnt</h2>
${explained && html`<p>${explained}</p>`}
${both && legend}
<div class="figures">${curves.map((curve) => curveFigure(curve, history.epoch, draw))}</div>
<details><summary>Numbers of every epoch</summary>${epochTable(curves, history)}</details>
</section>`;
}

interface Point {
  readonly epoch: number;
  readonly value: number;
  readonly of: 'training' | 'validation';
}

function curveFigure(curve: Curve, epochs: readonly number[], draw: Draw): Html {
  const { name, training, validation } = curve;
  const pointsOf = (values: Curve['training'], of: Point['of']): Point[] =>
    epochs.flatMap((epoch, k) => {
      const value = values?.[k];
      return typeof value === 'number' && Number.isFinite(value) ? [{ epoch: epoch + 1, value, of }] : [];
    });
  const [first, second] = [pointsOf(training, 'training'), pointsOf(validation, 'validation')];
  const values = [...first, ...second].map(({ value }) => value);
  const words = wordsOf(name);
  const judged = second.length > 0 ? second : first;
  const last = judged.at(-1);
  const figure = (value: number): string => metricFigure(name, value);
  const best = bestOf(judged, isShare(name));
  const said = last
    ? `${second.length > 0 ? 'validation' : 'training'} ${figure(last.value)} after epoch ${last.epoch}${best && figure(best.value) !== figure(last.value) ? `, best ${figure(best.value)} after epoch ${best.epoch}` : ''}`
    : 'nothing was measured';
  const svg = draw(`${words} over ${epochs.length} epochs: ${said}`, (plot) => ({
    width: 360,
    height: 220,
    marginLeft: tickMargin(isShare(name) ? [0, 1] : [Math.min(...values), Math.max(...values)]),
    marginRight: 12,
    marginBottom: 38,
    x: {
      label: 'epoch',
      labelAnchor: 'center',
      labelArrow: 'none',
      ticks: epochTicks(epochs),
      tickFormat: 'd',
      tickSize: 3,
    },
    y: {
      label: null,
      grid: true,
      nice: 5,
      ticks: 5,
      tickSize: 0,
      ...(isShare(name)
        ? { percent: true, tickFormat: (value: number) => `${Number(value.toFixed(2))} %` }
        : {}),
    },
    marks: [
      plot.lineY(first, {
        x: 'epoch',
        y: 'value',
        stroke: 'var(--training)',
        strokeWidth: 2,
        strokeDasharray: '5 3',
      }),
      plot.lineY(second, { x: 'epoch', y: 'value', stroke: 'var(--validation)', strokeWidth: 2 }),
      plot.dot([...first, ...second], {
        x: 'epoch',
        y: 'value',
        r: epochs.length > 40 ? 1 : 2.5,
        fill: ({ of }: Point) => `var(--${of})`,
        title: ({ epoch, value, of }: Point) => `epoch ${epoch}, ${of}: ${figure(value)}`,
      }),
    ],
    color: { type: 'identity' },
  }));
  return html`<figure><h3>${words[0]!.toUpperCase() + words.slice(1)}</h3>${svg}<figcaption>${said}</figcaption></figure>`;
}

const bestOf = (points: readonly Point[], highest: boolean): Point | undefined =>
  points.reduce<Point | undefined>(
    (best, point) =>
      !best || (highest ? point.value > best.value : point.value < best.value) ? point : best,
    undefined,
  );

/** At most eight whole numbers, evenly apart. */
function epochTicks(epochs: readonly number[]): number[] {
  const [first, last] = [epochs[0]! + 1, epochs.at(-1)! + 1];
  const step =
    [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000].find((n) => (last - first) / n <= 8) ??
    Math.ceil((last - first) / 8);
  const ticks = [];
  for (let k = Math.ceil(first / step) * step; k <= last; k += step) ticks.push(k);
  return ticks;
}

function epochTable(curves: readonly Curve[], { epoch, seconds }: TrainingHistory): Html {
  const columns = curves.flatMap(({ name, training, validation }) => [
    ...(training ? [{ name, head: wordsOf(name), values: training }] : []),
    ...(validation ? [{ name, head: `validation ${wordsOf(name)}`, values: validation }] : []),
  ]);
  const cell = (name: string, value: number | null | undefined): string =>
    typeof value === 'number' ? metricFigure(name, value) : '–';
  return html`<div class="scroll" tabindex="0" role="region" aria-label="Numbers of every epoch"><table class="epochs">
<thead><tr><th scope="col">epoch</th>${columns.map(({ head }) => html`<th scope="col">${head}</th>`)}${seconds && html`<th scope="col">time</th>`}</tr></thead>
<tbody>${epoch.map(
    (number, k) =>
      html`<tr><th scope="row">${number + 1}</th>${columns.map(({ name, values }) => html`<td>${cell(name, values[k])}</td>`)}${seconds && html`<td>${elapsed(seconds[k] ?? 0)}</td>`}</tr>`,
  )}</tbody></table></div>`;
}
