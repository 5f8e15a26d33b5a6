import { type ComparedLayerCost, type CostAnalysis, networkCost } from '../analysis/cost.ts';
import { costVerdict } from '../analysis/cost-words.ts';
import { byteSize, grouped, ratio } from '../analysis/figures.ts';
import type { Model } from '../model/model.ts';
import { breakable, type Html, html, unbroken } from './html.ts';
import type { Draw } from './plot.ts';

/** Parameters and multiply-adds, layer by layer, beside the same network with standard convolutions. */
export function costSection(model: Model, draw: Draw): Html {
  const costs = networkCost(model.network);
  const { standard } = costs;
  const verdict = costVerdict(costs);
  return html`<section id="cost">
<h2>What it costs</h2>
<p>${standard ? saved(costs) : 'The network has no separable convolution to compare with a standard one.'} Multiply-adds and bytes are those of one sample.</p>
${verdict && html`<p>${unbroken(verdict)}</p>`}
${standard && html`<figure class="bars">${bars(costs, draw)}</figure>`}
${table(costs)}
</section>`;
}

function saved({ convolutions, standard, whole }: CostAnalysis): string {
  const other = standard!;
  const parameters = ratio(other.convolutions.parameters, convolutions.parameters);
  const work = ratio(other.convolutions.multiplyAdds, convolutions.multiplyAdds);
  const all = ratio(other.whole.parameters, whole.parameters);
  return `Its convolutions have ${parameters} times fewer parameters and ${work} times fewer multiply-adds than standard convolutions of the same shape; the whole network has ${all} times fewer parameters.`;
}

function bars({ convolutions, whole, standard }: CostAnalysis, draw: Draw): Html {
  const other = standard!;
  const groups = [
    { what: 'Parameters, convolutions', own: convolutions.parameters, twin: other.convolutions.parameters },
    { what: 'Parameters, whole network', own: whole.parameters, twin: other.whole.parameters },
    {
      what: 'Multiply-adds, convolutions',
      own: convolutions.multiplyAdds,
      twin: other.convolutions.multiplyAdds,
    },
    { what: 'Multiply-adds, whole network', own: whole.multiplyAdds, twin: other.whole.multiplyAdds },
  ];
  // each group has a scale of its own: parameters and multiply-adds are no quantities to compare
  const rows = groups.flatMap(({ what, own, twin }) => [
    { what, of: 'this network', share: own / Math.max(own, twin), count: own },
    { what, of: 'standard', share: twin / Math.max(own, twin), count: twin },
  ]);
  return draw('Costs of this network beside standard convolutions, as in the table', (plot) => ({
    width: 360,
    height: 232,
    marginLeft: 84,
    marginRight: 74,
    marginTop: 16,
    marginBottom: 0,
    x: { axis: null, domain: [0, 1] },
    y: { domain: ['this network', 'standard'], label: null, tickSize: 0 },
    fy: { domain: groups.map(({ what }) => what), axis: null, padding: 0.5 },
    color: { type: 'identity' },
    marks: [
      plot.barX(rows, {
        x: 'share',
        y: 'of',
        fy: 'what',
        fill: ({ of }: { of: string }) => (of === 'standard' ? 'var(--muted)' : 'var(--training)'),
        insetTop: 1,
        insetBottom: 1,
      }),
      plot.text(rows, {
        x: 'share',
        y: 'of',
        fy: 'what',
        text: ({ count }) => grouped(count),
        textAnchor: 'start',
        dx: 4,
        fill: 'currentColor',
      }),
      plot.text(groups, { fy: 'what', text: 'what', frameAnchor: 'top-left', dy: -14, fontWeight: 600 }),
    ],
  }));
}

function table({ layers, whole, activationBytes, standard }: CostAnalysis): Html {
  const pair = (own: string, twin: string | undefined): Html =>
    standard
      ? html`<td><span class="own">${own}</span> <span class="twin">${twin ?? '–'}</span></td>`
      : html`<td>${own}</td>`;
  const head = (what: string): Html =>
    standard
      ? html`<th scope="col"><span class="own">${what}</span> <span class="twin">standard</span></th>`
      : html`<th scope="col">${what}</th>`;
  const row = ({
    name,
    className,
    outputShape,
    parameters,
    multiplyAdds,
    activationBytes: bytes,
    standard: twin,
  }: ComparedLayerCost): Html =>
    html`<tr><th scope="row">${breakable(name)}<small><span class="kind">${className} </span>${outputShape.join('x')}</small></th>${pair(grouped(parameters), twin && grouped(twin.parameters))}${pair(grouped(multiplyAdds), twin && grouped(twin.multiplyAdds))}${pair(byteSize(bytes), twin && byteSize(twin.activationBytes))}</tr>`;
  return html`<div class="scroll" tabindex="0" role="region" aria-label="Costs layer by layer"><table class="${standard ? 'compact twins' : 'compact'}">
<thead><tr><th scope="col">layer</th>${head('parameters')}${head('multiply-adds')}${head('activations')}</tr></thead>
<tbody>${layers.map(row)}</tbody>
<tfoot><tr><th scope="row">whole network</th>${pair(grouped(whole.parameters), standard && grouped(standard.whole.parameters))}${pair(grouped(whole.multiplyAdds), standard && grouped(standard.whole.multiplyAdds))}${pair(byteSize(activationBytes), standard && byteSize(standard.activationBytes))}</tr></tfoot></table></div>`;
}
