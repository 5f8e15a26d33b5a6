import { chainsOf } from '../analysis/dilation-chains.ts';
import { type DrawnField, drawnFields, fieldText } from '../analysis/field-words.ts';
import { type Gridding, gridding } from '../analysis/gridding.ts';
import { chainTitle, griddingVerdict } from '../analysis/gridding-words.ts';
import { networkFields } from '../analysis/receptive-field.ts';
import type { Model } from '../model/model.ts';
import { breakable, type Html, html, unbroken } from './html.ts';
import type { SampleValues } from './options.ts';
import { dataUri } from './picture.ts';
import type { Draw } from './plot.ts';
import { samplePicture, seriesOf } from './sample-picture.ts';

/** What a position sees, over a sample, and what the dilations of the network never combine. */
export function fieldSection(model: Model, sample: SampleValues | undefined, draw: Draw): Html | undefined {
  const inputs = model.inputs.map(({ layer }) => ({ name: layer.name }));
  const { layers, whole } = networkFields(model.network);
  const fields = drawnFields({ inputs, layers });
  const chains = chainsOf(model.network);
  if (fields.length === 0 && chains.length === 0) return undefined;
  const seen = fieldText(whole);
  const said =
    seen === 'all'
      ? 'The answer is made from all of the input.'
      : `A position of the output sees ${seen} of the input.`;
  return html`<section id="field">
<h2>What it sees</h2>
<p>${said} Framed is what the position in the middle of each layer is computed from.</p>
<div class="panels">${fields.map((field) => fieldFigure(field, sample, draw))}</div>
${chains.map((chain) => {
  const found = gridding(chain.dilations, chain.kernel);
  return html`<h3>Gridding of ${chainTitle(chain)}</h3><div class="gridding">${gridFigures(found, chain.kernel, draw)}<div>${griddingVerdict(found).map((line) => html`<p>${unbroken(line)}</p>`)}</div></div>`;
})}
${chains.length === 0 && html`<p>No convolution is dilated: no position in a field is passed over.</p>`}
</section>`;
}

const panel = 150;
const wide = html` class="long"`;

function fieldFigure(
  { layer, label, words, axes }: DrawnField,
  sample: SampleValues | undefined,
  draw: Draw,
): Html {
  const alt = `Receptive field: ${label}`;
  const shape = sample?.shape ?? [];
  const svg =
    axes.length === 1
      ? seriesField(axes[0]!, sample, alt, draw)
      : imageField(axes, shape.length === 3 ? sample : undefined, alt, draw);
  return html`<figure${axes.length === 1 && wide}>${svg}<figcaption><b>${breakable(layer)}</b>${words}</figcaption></figure>`;
}

function imageField(
  axes: DrawnField['axes'],
  sample: SampleValues | undefined,
  alt: string,
  draw: Draw,
): Html {
  const [down, along] = axes.slice(-2) as [DrawnField['axes'][0], DrawnField['axes'][0]];
  const [height, width] = sample
    ? (sample.shape as [number, number])
    : [down.centre[1] + 1, along.centre[1] + 1];
  const [x1, x2] = [along.centre[0], along.centre[1] + 1];
  const [y1, y2] = [down.centre[0], down.centre[1] + 1];
  const tall = Math.round((panel * height) / width);
  return draw(alt, (plot) => ({
    width: panel,
    height: tall,
    margin: 2,
    axis: null,
    x: { domain: [0, width] },
    y: { domain: [height, 0] },
    marks: [
      ...(sample
        ? [
            plot.image([0], {
              x: width / 2,
              y: height / 2,
              width: panel - 4,
              height: tall - 4,
              src: dataUri(
                samplePicture(sample, sample.shape as readonly number[] as [number, number, number]),
              ),
              imageRendering: 'pixelated',
              preserveAspectRatio: 'none',
            }),
          ]
        : []),
      plot.rect([0], {
        x1,
        x2,
        y1,
        y2,
        fill: 'var(--field)',
        fillOpacity: 0.2,
        stroke: 'var(--field)',
        strokeWidth: 2,
      }),
    ],
  }));
}

function seriesField(
  axis: DrawnField['axes'][0],
  sample: SampleValues | undefined,
  alt: string,
  draw: Draw,
): Html {
  const points = sample?.shape.length === 2 ? seriesOf(sample) : [];
  const length = sample?.shape[0] ?? axis.centre[1] + 1;
  return draw(alt, (plot) => ({
    width: 2 * panel,
    height: panel / 2,
    margin: 2,
    axis: null,
    x: { domain: [0, length] },
    marks: [
      plot.rectX([0], {
        x1: axis.centre[0],
        x2: axis.centre[1] + 1,
        fill: 'var(--field)',
        fillOpacity: 0.2,
        stroke: 'var(--field)',
        strokeWidth: 1,
      }),
      plot.lineY(points, { x: 'at', y: 'value', stroke: 'currentColor', strokeWidth: 1 }),
    ],
  }));
}

const largestGrid = 65;

/** Ways to each offset, and beside them those of better dilations. */
function gridFigures(found: Gridding, kernel: readonly number[], draw: Draw): Html | undefined {
  const better = found.better && gridding(found.better, kernel);
  const one = (each: Gridding, text: string): Html | undefined => {
    const svg = waysPicture(each, text, draw);
    return svg && html`<figure>${svg}<figcaption>${text}</figcaption></figure>`;
  };
  const own = one(found, found.complete ? 'Every offset is combined' : 'Combined offsets, and holes');
  if (!own) return undefined;
  return html`<div class="panels">${own}${better && one(better, `With dilations ${found.better!.map((rates) => [...new Set(rates)].join('x')).join(', ')}`)}</div>`;
}

function waysPicture({ axes, grid }: Gridding, text: string, draw: Draw): Html | undefined {
  const rows = grid ?? (axes.length === 1 ? [axes[0]!.paths] : undefined);
  if (!rows || rows.length > largestGrid) return undefined;
  const columns = rows[0]!.length;
  const most = Math.max(...rows.map((row) => Math.max(...row)));
  const cells = rows.flatMap((row, y) => row.map((ways, x) => ({ x, y, ways })));
  const flat = rows.length === 1;
  const size = flat ? 2 * panel : panel;
  const strength = (ways: number): number =>
    most === 1 ? 1 : 0.25 + (0.75 * Math.log(ways)) / Math.log(most);
  const inset = columns > 60 ? 0 : 0.5;
  return draw(text, (plot) => ({
    width: size,
    height: flat ? 24 : Math.round((size * rows.length) / columns),
    margin: 1,
    axis: null,
    x: { domain: [0, columns] },
    y: { domain: [rows.length, 0] },
    color: { type: 'identity' },
    opacity: { type: 'identity' },
    marks: [
      plot.rect(
        cells.filter(({ ways }) => ways > 0),
        {
          x1: 'x',
          x2: ({ x }) => x + 1,
          y1: 'y',
          y2: ({ y }) => y + 1,
          inset,
          fill: 'var(--right)',
          fillOpacity: ({ ways }) => strength(ways),
        },
      ),
      plot.dot(
        cells.filter(({ ways }) => ways === 0),
        { x: ({ x }) => x + 0.5, y: ({ y }) => y + 0.5, r: columns > 60 ? 0.5 : 1.2, fill: 'var(--wrong)' },
      ),
    ],
  }));
}
