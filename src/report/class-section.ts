import { grouped, percent, shortened } from '../analysis/figures.ts';
import { type Html, html } from './html.ts';
import type { ClassJudgement, Mistake } from './judge-classes.ts';
import type { ReportOptions } from './options.ts';
import type { Draw } from './plot.ts';
import { sampleFigure } from './sample-picture.ts';
import { sureText } from './sure.ts';

const mostDrawnClasses = 20;
const mostListed = 20;
const longestTick = 14;
const longestInTile = 22;

export type NameOf = (label: number) => string;

/** The name of a class: what the options call it, or its number. */
export const classNamer =
  (names: readonly string[] | undefined): NameOf =>
  (label) =>
    names?.[label] ?? String(label);

/** Right and wrong, class by class. */
export function confusionSection(judgement: ClassJudgement, name: NameOf, draw: Draw): Html {
  const { classes, answers, right } = judgement;
  const wrong = answers - right;
  const drawn =
    classes <= mostDrawnClasses
      ? html`<figure class="wide">${matrix(judgement, name, draw)}<figcaption>A row for what a sample is, a column for what was said: right answers in blue, mistakes in orange, stronger where there are more.</figcaption></figure>`
      : undefined;
  return html`<section id="confusion">
<h2>What it takes for what</h2>
<p>${grouped(right)} of ${grouped(answers)} answers are right, ${grouped(wrong)} ${wrong === 1 ? 'is' : 'are'} wrong.</p>
<div class="figures pair">${drawn}${classTable(judgement, name)}</div>
${confusedPairs(judgement, name)}
</section>`;
}

function matrix({ classes, confusion }: ClassJudgement, name: NameOf, draw: Draw): Html {
  const cells = [...confusion].map((count, k) => ({
    truth: Math.floor(k / classes),
    said: k % classes,
    count,
  }));
  const most = (diagonal: boolean): number =>
    Math.max(
      1,
      ...cells.filter(({ truth, said }) => (truth === said) === diagonal).map(({ count }) => count),
    );
  const [mostRight, mostWrong] = [most(true), most(false)];
  const labels = Array.from({ length: classes }, (_, k) => name(k));
  const longest = Math.max(...labels.map((label) => label.length));
  const margin = 32 + 6.5 * Math.min(longest, longestTick);
  const turned = longest > 2;
  const size = 360 - margin - 4;
  const tick = (k: number): string => shortened(labels[k]!, longestTick);
  const shown = cells.filter(({ count }) => count > 0);
  const label = `Confusion matrix of ${classes} classes; the table beside it has the numbers of each class`;
  return draw(label, (plot) => ({
    width: 360,
    height: size + (turned ? margin : 36) + 4,
    marginLeft: margin,
    marginRight: 4,
    marginTop: turned ? margin : 36,
    marginBottom: 4,
    padding: 0.06,
    x: {
      domain: labels.map((_, k) => k),
      label: 'what was said',
      labelArrow: 'none',
      axis: 'top',
      tickFormat: tick,
      tickSize: 0,
      tickRotate: turned ? -60 : 0,
    },
    y: {
      domain: labels.map((_, k) => k),
      label: 'what it is',
      labelArrow: 'none',
      labelOffset: margin - 4,
      tickFormat: tick,
      tickSize: 0,
    },
    color: { type: 'identity' },
    opacity: { type: 'identity' },
    marks: [
      plot.cell(cells, { x: 'said', y: 'truth', fill: 'var(--panel)' }),
      plot.cell(shown, {
        x: 'said',
        y: 'truth',
        fill: ({ truth, said }) => (truth === said ? 'var(--right)' : 'var(--wrong)'),
        // opaque enough to be seen, faint enough for its number to be read
        fillOpacity: ({ truth, said, count }) =>
          0.15 + 0.4 * Math.sqrt(count / (truth === said ? mostRight : mostWrong)),
        title: ({ truth, said, count }) => `${grouped(count)}: is ${labels[truth]}, said ${labels[said]}`,
      }),
      ...(classes <= 12
        ? [
            plot.text(shown, {
              x: 'said',
              y: 'truth',
              text: ({ count }) => String(count),
              fill: 'currentColor',
              fontSize: 9.5,
            }),
          ]
        : []),
    ],
  }));
}

interface ClassFigures {
  readonly label: number;
  readonly samples: number;
  readonly found: number | undefined;
  readonly trusted: number | undefined;
}

/** Recall and precision of each class. */
export function classFigures({ classes, confusion }: ClassJudgement): ClassFigures[] {
  return Array.from({ length: classes }, (_, label) => {
    let [samples, said] = [0, 0];
    for (let other = 0; other < classes; other++) {
      samples += confusion[label * classes + other]!;
      said += confusion[other * classes + label]!;
    }
    const right = confusion[label * classes + label]!;
    return {
      label,
      samples,
      found: samples > 0 ? right / samples : undefined,
      trusted: said > 0 ? right / said : undefined,
    };
  });
}

function classTable(judgement: ClassJudgement, name: NameOf): Html {
  const all = classFigures(judgement);
  const rows = [...all]
    .sort((a, b) => (a.found ?? 2) - (b.found ?? 2) || a.label - b.label)
    .slice(0, mostListed);
  const left = all.length - rows.length;
  const figure = (share: number | undefined): string => (share === undefined ? '–' : percent(share));
  return html`<div class="scroll" tabindex="0" role="region" aria-label="Numbers of each class"><table class="compact">
<caption>Hardest classes first. Found: answers that are right, of the samples of a class (recall). Trusted: of all answers that name it (precision).${left > 0 && ` ${left} easier classes are left out.`}</caption>
<thead><tr><th scope="col">class</th><th scope="col">samples</th><th scope="col">found</th><th scope="col">trusted</th></tr></thead>
<tbody>${rows.map(({ label, samples, found, trusted }) => html`<tr><th scope="row">${name(label)}</th><td>${grouped(samples)}</td><td>${figure(found)}</td><td>${figure(trusted)}</td></tr>`)}</tbody></table></div>`;
}

/** In words, the mistakes that are made most often. */
function confusedPairs({ classes, confusion }: ClassJudgement, name: NameOf): Html | undefined {
  const pairs = [...confusion]
    .map((count, k) => ({ truth: Math.floor(k / classes), said: k % classes, count }))
    .filter(({ truth, said, count }) => truth !== said && count > 1)
    .sort((a, b) => b.count - a.count)
    .slice(0, 3);
  if (pairs.length === 0) return undefined;
  const texts = pairs.map(
    ({ truth, said, count }) => `${name(truth)} for ${name(said)} (${grouped(count)} times)`,
  );
  return html`<p>Taken for another most often: ${texts.join(', ')}.</p>`;
}

/** The surest mistakes as pictures. */
export function mistakeSection(
  { mistakes, answers, right }: ClassJudgement,
  name: NameOf,
  { pictureShape }: ReportOptions,
  draw: Draw,
): Html | undefined {
  if (mistakes.length === 0) return undefined;
  const wrong = answers - right;
  const which =
    wrong > mistakes.length
      ? `The ${mistakes.length} surest of ${grouped(wrong)} mistakes`
      : `All ${grouped(wrong)} mistakes`;
  return html`<section id="mistakes">
<h2>Its worst mistakes</h2>
<p>${wrong === 1 ? 'The only mistake' : which}, the surest first: what it is, what was said instead, how sure the network was, and what it gave to the right class.</p>
<ol class="tiles">${mistakes.map((mistake) => tile(mistake, name, pictureShape, draw))}</ol>
</section>`;
}

function tile(
  { sample, truth, said, sure, truthSure, input }: Mistake,
  name: NameOf,
  pictureShape: readonly number[] | undefined,
  draw: Draw,
): Html {
  const alt = `Sample ${sample}, which is ${name(truth)}`;
  const short = (label: number): string => shortened(name(label), longestInTile);
  return html`<li><figure>${sampleFigure(input, pictureShape, alt, draw)}<span class="bar" aria-hidden="true"><i style="width:${Math.round(100 * sure)}%"></i></span><figcaption>is <b>${short(truth)}</b>, said <b>${short(said)}</b><span class="note">${sureText(sure)} sure<br>right: ${sureText(truthSure)}<br>sample ${grouped(sample)}</span></figcaption></figure></li>`;
}
