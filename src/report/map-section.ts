import { grouped, shortened } from '../analysis/figures.ts';
import type { NameOf } from './class-section.ts';
import { breakable, type Html, html, withMinus } from './html.ts';
import type { LayerValues } from './layer-values.ts';
import { mapPicture } from './map-pictures.ts';
import type { SampleValues } from './options.ts';
import { dataUri } from './picture.ts';
import type { Draw } from './plot.ts';
import { sampleFigure } from './sample-picture.ts';
import { sureText } from './sure.ts';

/** Pixels of all pictures together: they stay below about 400 KB in the page. */
const pixelsInAll = 400_000;
const mostLayers = 32;
const mostBars = 20;
const longestTick = 18;
/** Pixels of the page for a value of a vector. */
const widestValue = 32;

export interface MapOptions {
  /** Number of the sample in the data. */
  readonly sample: number;
  readonly pictureShape: readonly number[] | undefined;
  /** Names of the classes, where the last layer gives their probabilities. */
  readonly classes: NameOf | undefined;
}

/** What every layer makes of one sample. */
export function mapSection(
  input: SampleValues,
  layers: readonly LayerValues[],
  { sample, pictureShape, classes }: MapOptions,
  draw: Draw,
): Html {
  const shown = layers.length > mostLayers ? [...layers.slice(0, mostLayers - 1), layers.at(-1)!] : layers;
  const budget = fairShare(
    shown.map(({ values }) => values.length),
    pixelsInAll,
  );
  const picture = sampleFigure(input, pictureShape, `Sample ${sample}`, draw);
  const left = layers.length - shown.length;
  return html`<section id="maps">
<h2>One sample, layer by layer</h2>
<p>What each layer makes of sample ${grouped(sample)}, a picture a channel. Bright is strong; where a layer has negative numbers they are orange and positive ones blue. Layers that change nothing when the network is used are left out${left > 0 && `, as are ${grouped(left)} layers before the last`}.</p>
<div class="figures layers">${picture && html`<figure><h3>input <small>${input.shape.join('x')}</small></h3><div class="sample">${picture}</div></figure>`}
${shown.map((layer) =>
  layer === shown.at(-1) && classes && layer.values.length <= mostBars && layer.shape.length === 1
    ? barFigure(layer, classes, draw)
    : mapFigure(layer, budget),
)}</div>
</section>`;
}

/** The most that each may have so that all together have `total`: who wants less leaves the rest to the others. */
export function fairShare(wanted: readonly number[], total: number): number {
  let [left, share] = [total, total];
  for (const [k, each] of wanted.toSorted((a, b) => a - b).entries()) {
    share = Math.floor(left / (wanted.length - k));
    left -= Math.min(each, share);
  }
  return share;
}

function mapFigure(layer: LayerValues, budget: number): Html {
  const { picture, shown, count, lowest, highest } = mapPicture(layer, budget);
  const unit = `${layer.shape.length >= 2 ? 'channel' : 'value'}${count === 1 ? '' : 's'}`;
  const kind = layer.shape.length === 2 ? `${unit} over time` : unit;
  const which = `${shown < count ? `${grouped(shown)} of ` : ''}${grouped(count)} ${kind}`;
  const text = `${which}, from ${short(lowest)} to ${short(highest)}`;
  const size = layer.shape.length === 1 && html` style="max-width:${widestValue * picture.width}px"`;
  return html`<figure>${title(layer)}<img class="${shown === 1 ? 'pixels maps single' : 'pixels maps'}"${size} src="${dataUri(picture)}" width="${picture.width}" height="${picture.height}" alt="${`Activations of ${layer.name}: ${text}`}"><figcaption>${text}</figcaption></figure>`;
}

const title = ({ name, className, shape }: LayerValues): Html =>
  html`<h3>${breakable(name)} <small>${className} ${shape.join('x')}</small></h3>`;

/** Three digits; very small numbers as powers of ten. */
const short = (x: number): string =>
  withMinus(x !== 0 && Math.abs(x) < 0.001 ? x.toExponential(1) : String(Number(x.toPrecision(3))));

function barFigure(layer: LayerValues, name: NameOf, draw: Draw): Html {
  const rows = Array.from(layer.values, (value, label) => ({ value, label }));
  const longest = Math.max(...rows.map(({ label }) => name(label).length));
  const most = rows.reduce((best, row) => (row.value > best.value ? row : best));
  const sum = rows.reduce((total, { value }) => total + value, 0);
  const areShares = Math.abs(sum - 1) < 1e-3 && rows.every(({ value }) => value >= 0);
  const figure = areShares ? sureText : short;
  const text = `says ${name(most.label)}: ${figure(most.value)}`;
  const svg = draw(`Answer of the network: ${text}`, (plot) => ({
    width: 360,
    height: 24 + 18 * rows.length,
    marginLeft: 16 + 6.5 * Math.min(longest, longestTick),
    marginRight: 56,
    marginTop: 4,
    marginBottom: 4,
    x: { axis: null, ...(areShares ? { domain: [0, 1] } : {}) },
    y: {
      domain: rows.map(({ label }) => label),
      label: null,
      tickSize: 0,
      tickFormat: (label: number) => shortened(name(label), longestTick),
    },
    color: { type: 'identity' },
    marks: [
      plot.barX(rows, { x: 'value', y: 'label', fill: 'var(--training)', insetTop: 2, insetBottom: 2 }),
      plot.ruleX([0], { stroke: 'var(--line)' }),
      plot.text(rows, {
        x: 'value',
        y: 'label',
        text: ({ value }) => figure(value),
        textAnchor: 'start',
        dx: 4,
        fill: 'currentColor',
      }),
    ],
  }));
  return html`<figure class="answer">${title(layer)}${svg}<figcaption>${text}</figcaption></figure>`;
}
