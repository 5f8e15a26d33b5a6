import { byteSize, elapsed, grouped, lossFigure, percent } from '../analysis/figures.ts';
import { type Dataset, isDataset } from '../data/dataset.ts';
import { tensorDataset } from '../data/tensor-dataset.ts';
import { InvalidArgumentError } from '../errors/index.ts';
import type { Model } from '../model/model.ts';
import { checkedOptions } from './check-options.ts';
import { classNamer, confusionSection, mistakeSection, type NameOf } from './class-section.ts';
import { costSection } from './cost-section.ts';
import { curveSection } from './curves.ts';
import { fieldSection } from './field-section.ts';
import type { Html } from './html.ts';
import { type Answers, judge } from './judge.ts';
import { kernelSection } from './kernel-section.ts';
import { layerValues } from './layer-values.ts';
import { mapSection } from './map-section.ts';
import type { ReportData, ReportOptions, TrainingHistory } from './options.ts';
import { originSection, weightsHash } from './origin-section.ts';
import { type KeyFact, type Page, pageOf } from './page.ts';
import { openPlot } from './plot.ts';
import { spatialKernels } from './spatial-kernels.ts';
import { valueSection } from './value-section.ts';

const samplesByDefault = 10_000;
const mostKernels = 64;

/**
 * A page that tells what a model learnt: curves, confusion matrix, the surest mistakes, kernels with their dilation,
 * the activations of one sample, receptive field, gridding, costs beside standard convolutions, and how to repeat the
 * training. It is one HTML document that loads nothing, for screens of any size, dark and light, and for paper. What
 * does not apply to the model (such as a confusion matrix where it gives values) is left out and named at the end.
 * Equal arguments give equal text.
 * @param model trained; its weights stay as they are
 * @param history what `fit` returned, or, by default, undefined: no curves
 * @param data samples with targets that it was not trained with, or, by default, undefined: nothing is judged
 * @returns the HTML
 * @throws {InvalidArgumentError}
 */
export async function report(
  model: Model,
  history?: TrainingHistory,
  data?: ReportData,
  options: ReportOptions = {},
): Promise<string> {
  const { maxSamples = samplesByDefault, sample = 0, signal } = checkedOptions(model, history, options);
  const dataset = data === undefined ? undefined : datasetOf(data);
  const draw = await openPlot();
  const weights = await model.getWeights();
  const answers = dataset && (await judge(model, dataset, { maxSamples, sample, signal }));
  const example = answers?.example;
  const judgement = answers?.judgement;
  const name = classNamer(options.classNames);
  const namedAnswer = judgement?.kind === 'classes' && judgement.classes === model.outputs[0]!.shape.at(-1);
  const kernels = spatialKernels(model, weights, mostKernels);
  const found: Record<string, readonly [name: string, section: Html | undefined]> = {
    curves: ['Learning', history && curveSection(history, draw)],
    values: ['Accuracy', judgement?.kind === 'values' ? valueSection(judgement, options, draw) : undefined],
    confusion: [
      'Confusion',
      judgement?.kind === 'classes' ? confusionSection(judgement, name, draw) : undefined,
    ],
    mistakes: [
      'Mistakes',
      judgement?.kind === 'classes' ? mistakeSection(judgement, name, options, draw) : undefined,
    ],
    kernels: ['Kernels', kernelSection(kernels, draw)],
    field: ['Receptive field', fieldSection(model, example?.[0], draw)],
    maps: [
      'One sample',
      example &&
        mapSection(
          example[0]!,
          await layerValues(model, example),
          { sample, pictureShape: options.pictureShape, classes: namedAnswer ? name : undefined },
          draw,
        ),
    ],
    cost: ['Costs', costSection(model, draw)],
    origin: [
      'Origin',
      originSection({
        ...options,
        seed: options.seed ?? model.trainingState.seed,
        steps: model.trainingState.step,
        weights: await weightsHash(weights),
      }),
    ],
  };
  const page: Page = {
    title: options.title ?? (options.dataName ? `${model.name} on ${options.dataName}` : model.name),
    lead: leadOf(model, history, options, answers),
    facts: factsOf(model, history, answers, name),
    sections: Object.entries(found).flatMap(([id, [title, html]]) =>
      html ? [{ id, name: title, html }] : [],
    ),
    leftOut: leftOutOf(found, answers),
    version: options.version,
  };
  return pageOf(page);
}

const datasetOf = (data: ReportData): Dataset => {
  if (isDataset(data)) return data;
  if (typeof data === 'object' && data !== null && 'x' in data && 'y' in data)
    return tensorDataset(data.x, data.y);
  const expected = 'a data set, or { x, y }';
  throw new InvalidArgumentError({ call: 'report', argument: 'data', expected, received: data });
};

const secondsOf = (history: TrainingHistory | undefined): number | undefined =>
  history?.seconds?.reduce((sum, seconds) => sum + seconds, 0);

function leadOf(
  model: Model,
  history: TrainingHistory | undefined,
  { trainSamples, dataName }: ReportOptions,
  answers: Answers | undefined,
): string {
  const layers = model.layers.filter(({ className }) => className !== 'InputLayer').length;
  const epochs = history?.epoch.length ?? 0;
  const on = trainSamples === undefined ? '' : ` on ${grouped(trainSamples)} samples`;
  const of = dataName === undefined ? '' : trainSamples === undefined ? ` on ${dataName}` : ` of ${dataName}`;
  const training = epochs > 0 ? `, trained for ${epochs} epoch${epochs === 1 ? '' : 's'}${on}${of}` : '';
  const judged =
    answers?.judgement &&
    ` Judged on ${answers.cut ? 'the first ' : ''}${grouped(answers.samples)} sample${answers.samples === 1 ? '' : 's'} that it was not trained with.`;
  const parameters = grouped(model.costs().parameters);
  return `A network of ${layers} layers with ${parameters} parameters${training}.${judged ?? ''}`;
}

function factsOf(
  model: Model,
  history: TrainingHistory | undefined,
  answers: Answers | undefined,
  name: NameOf,
): KeyFact[] {
  const { parameters, multiplyAdds } = model.costs();
  const seconds = secondsOf(history);
  const epochs = history?.epoch.length ?? 0;
  const weightBytes = 4 * parameters;
  return [
    ...judgedFacts(answers, name),
    ...(seconds === undefined
      ? []
      : [
          {
            name: 'time of training',
            value: elapsed(seconds),
            note: `${epochs} epoch${epochs === 1 ? '' : 's'}, with evaluation`,
          },
        ]),
    { name: 'parameters', value: grouped(parameters), note: `${byteSize(weightBytes)} as float32` },
    { name: 'multiply-adds', value: grouped(multiplyAdds), note: 'a sample' },
  ];
}

function judgedFacts(answers: Answers | undefined, name: NameOf): KeyFact[] {
  const judgement = answers?.judgement;
  if (judgement?.kind === 'values')
    return [{ name: 'mean absolute error', value: lossFigure(judgement.meanAbsoluteError) }];
  if (judgement?.kind !== 'classes') return [];
  const { answers: count, right, classes } = judgement;
  const wrong = count - right;
  const which = classes === 2 ? `${name(0)} or ${name(1)}` : `${classes} classes`;
  return [
    { name: 'accuracy', value: count > 0 ? percent(right / count) : '–', note: which },
    { name: 'mistakes', value: grouped(wrong), note: `of ${grouped(count)}` },
  ];
}

function leftOutOf(
  found: Readonly<Record<string, readonly [string, Html | undefined]>>,
  answers: Answers | undefined,
): string[] {
  const missing = (id: string): boolean => found[id]![1] === undefined;
  const list: string[] = [];
  if (missing('curves')) list.push('curves, because there is no history of the training');
  if (!answers) list.push('answers and activations, because there were no data to judge with');
  else if (answers.judgement?.kind === 'values')
    list.push('a confusion matrix, because the network gives values, not classes');
  else if (answers.why) list.push(`right and wrong answers, because ${answers.why}`);
  if (answers?.judgement?.kind === 'classes' && missing('mistakes'))
    list.push(
      answers.judgement.positions > 1
        ? 'single mistakes, because a sample has many answers'
        : 'mistakes, because there are none',
    );
  if (missing('kernels')) list.push('kernels, because no convolution looks at one channel alone');
  if (missing('field')) list.push('receptive field, because no layer has positions');
  return list;
}
