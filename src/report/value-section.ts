import { grouped, lossFigure, percent } from '../analysis/figures.ts';
import { type Html, html, withMinus } from './html.ts';
import type { ValueJudgement } from './judge-values.ts';
import type { ReportOptions } from './options.ts';
import { type Draw, tickMargin } from './plot.ts';
import { sampleFigure } from './sample-picture.ts';

const mostListedValues = 4;

/** What was said over what is, and the largest errors, where a network gives values. */
export function valueSection(judgement: ValueJudgement, { pictureShape }: ReportOptions, draw: Draw): Html {
  const { pairs, misses, elements, meanAbsoluteError, rootMeanSquaredError, r2 } = judgement;
  const share = r2 !== undefined && r2 > 0 ? percent(r2) : 'none';
  const explained = r2 === undefined ? '' : `, and ${share} of the variance is explained`;
  const listed = elements <= mostListedValues;
  const few = (values: ArrayLike<number>): Html =>
    html`${Array.from(values, (x) => html`<div>${short(x)}</div>`)}`;
  return html`<section id="values">
<h2>How near it comes</h2>
<p>The mean absolute error is ${lossFigure(meanAbsoluteError)}, the root mean squared error ${lossFigure(rootMeanSquaredError)}${explained}.</p>
<div class="figures pair"><figure>${scatter(pairs, draw)}<figcaption>What was said over what is, ${grouped(pairs.length)} values; on the line they agree.</figcaption></figure>
<div class="scroll" tabindex="0" role="region" aria-label="Largest errors"><table class="compact"><caption>Largest errors</caption>
<thead><tr><th scope="col">sample</th>${listed && html`<th scope="col">is</th><th scope="col">said</th>`}<th scope="col">mean error</th></tr></thead>
<tbody>${misses.map(({ sample, truth, said, score, input }) => html`<tr><th scope="row">${sampleFigure(input, pictureShape, `Sample ${sample}`, draw)} ${grouped(sample)}</th>${listed && html`<td>${few(truth)}</td><td>${few(said)}</td>`}<td>${lossFigure(score)}</td></tr>`)}</tbody></table></div></div>
</section>`;
}

const short = (x: number): string => withMinus(String(Number(x.toPrecision(3))));

function scatter(pairs: ValueJudgement['pairs'], draw: Draw): Html {
  const all = pairs.flatMap(({ truth, said }) => [truth, said]).filter(Number.isFinite);
  const domain = [Math.min(...all), Math.max(...all)] as const;
  return draw('What was said over what is', (plot) => ({
    width: 360,
    height: 340,
    marginLeft: tickMargin(domain),
    marginBottom: 38,
    x: {
      domain,
      nice: true,
      label: 'is',
      labelAnchor: 'center',
      labelArrow: 'none',
      ticks: 5,
      grid: true,
      tickSize: 0,
    },
    y: { domain, nice: true, label: 'said', labelArrow: 'none', ticks: 5, grid: true, tickSize: 0 },
    color: { type: 'identity' },
    marks: [
      plot.line(
        [domain, domain].map((_, k) => [domain[k]!, domain[k]!]),
        { stroke: 'var(--muted)', strokeDasharray: '3 3' },
      ),
      plot.dot(pairs, { x: 'truth', y: 'said', r: 2, fill: 'var(--training)', fillOpacity: 0.6 }),
    ],
  }));
}
