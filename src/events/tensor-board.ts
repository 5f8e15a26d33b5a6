import { nonNegativeInteger, positiveInteger } from '../errors/index.ts';
import { boolean, optional, type Rule, readOptions, string } from '../nn/options.ts';
import { isSchedule } from '../nn/schedules/get-schedule.ts';
import type { Callback, TrainedModel, TrainingInfo } from '../training/callback.ts';
import type { Logs } from '../training/means.ts';
import type { SummaryValue } from './event.ts';
import { EventFile } from './event-file.ts';
import { histogramOf } from './histogram.ts';
import { layerGraph } from './layer-graph.ts';
import { mistakesOf } from './mistakes.ts';

export interface TensorBoardOptions {
  /** Folder of the runs `train`, `validation` and `steps`. Default `logs`. */
  readonly logDir?: string;
  /** Writes histograms of the weights after each so many epochs; 0: never. Default 0. */
  readonly histogramFreq?: number;
  /** Writes the graph of the layers and their weights. Default true. */
  readonly writeGraph?: boolean;
  /**
   * Writes pictures after each epoch: the kernels of convolutions, and validation samples that are classified wrongly,
   * the most certain mistakes first. Default false.
   */
  readonly writeImages?: boolean;
  /** `epoch`, `batch`, or a number of steps after which loss, metrics and learning rate are written. Default `epoch`. */
  readonly updateFreq?: 'epoch' | 'batch' | number;
}

const count = { read: nonNegativeInteger, write: (value: number) => value };
const frequency: Rule<'epoch' | number> = {
  fallback: () => 'epoch',
  read: (value, argument, place) =>
    value === 'epoch' ? value : value === 'batch' ? 1 : positiveInteger(value, argument, place),
  write: (value) => value,
};

const mostMistakes = 64;

/**
 * Writes event files that TensorBoard opens, with the names of Keras's callback: `epoch_loss`, `epoch_accuracy`,
 * `epoch_learning_rate`, ... in the runs `train` and `validation`, by epoch; with `updateFreq` also `batch_loss`, ... in
 * the run `steps`, by step (Keras puts these into `train`). A training that is resumed adds files, and TensorBoard drops
 * what the stopped one wrote behind the place where it goes on.
 * @throws {InvalidArgumentError} {FileError} from the training
 */
export function tensorBoard(options: TensorBoardOptions = {}): Callback {
  const o = readOptions(
    options,
    {
      logDir: optional(string, 'logs'),
      histogramFreq: optional(count, 0),
      writeGraph: optional(boolean, true),
      writeImages: optional(boolean, false),
      updateFreq: frequency,
    },
    { call: 'callbacks.tensorBoard' },
  );
  const folder = o.logDir.replace(/\/+$/, '');
  let files: { [K in 'train' | 'validation' | 'steps']?: Promise<EventFile> } = {};
  let training: TrainingInfo | undefined;
  let step = 0;
  const file = (run: keyof typeof files): Promise<EventFile> => {
    const opened =
      files[run] ?? open(`${folder}/${run}`, run === 'steps' ? training!.step : training!.initialEpoch);
    files[run] = opened;
    return opened;
  };
  const open = async (path: string, first: number): Promise<EventFile> => {
    const opened = await EventFile.open(path);
    if (training!.resumed) await opened.goOn(first);
    return opened;
  };
  return {
    async onTrainBegin(model, info) {
      files = {};
      training = info;
      step = info.step;
      const train = await file('train');
      if (o.writeGraph && !info.resumed) await train.graph(layerGraph(model.network));
    },
    async onBatchEnd(event, model) {
      step = event.step;
      if (o.updateFreq === 'epoch' || (step + 1) % o.updateFreq !== 0) return;
      const values = { ...event.logs, learningRate: rateAt(model, step) };
      await (await file('steps')).summary(step, scalars('batch', values));
    },
    async onEpochEnd(epoch, logs, model) {
      const own = Object.entries(logs).filter(([key]) => !isValidation(key));
      const judged = Object.entries(logs).filter(([key]) => isValidation(key));
      const rate = { learningRate: rateAt(model, step) };
      const train = await file('train');
      await train.summary(epoch, scalars('epoch', { ...Object.fromEntries(own), ...rate }));
      if (judged.length > 0) {
        const named = Object.fromEntries(judged.map(([key, value]) => [withoutVal(key), value]));
        await (await file('validation')).summary(epoch, scalars('epoch', named));
      }
      if (o.histogramFreq > 0 && (epoch + 1) % o.histogramFreq === 0)
        await train.summary(epoch, await histograms(model));
      if (!o.writeImages) return;
      await train.summary(epoch, await kernels(model));
      const wrong =
        training?.validationData && (await mistakesOf(model, training.validationData, mostMistakes));
      if (wrong)
        await (await file('validation')).summary(epoch, [{ kind: 'image', tag: 'mistakes', image: wrong }]);
    },
    async onTrainLeave() {
      const opened = Object.values(files);
      files = {};
      for (const each of opened) await (await each).close();
    },
  };
}

const isValidation = (key: string): boolean => /^val[A-Z]/.test(key);
const withoutVal = (key: string): string => key.charAt(3).toLowerCase() + key.slice(4);

/** `learningRate` as `epoch_learning_rate`, as Keras names it. */
const scalars = (prefix: string, logs: Logs): SummaryValue[] =>
  Object.entries(logs).map(([key, value]) => ({
    kind: 'scalar',
    tag: `${prefix}_${key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)}`,
    value,
  }));

/** The rate of a step. */
const rateAt = ({ optimizer }: TrainedModel, step: number): number => {
  const { learningRate } = optimizer;
  return isSchedule(learningRate) ? learningRate.at(step) : learningRate;
};

/** Weights in the order of `getWeights` with their names. */
async function namedWeights(
  model: TrainedModel,
): Promise<{ name: string; weight: Awaited<ReturnType<TrainedModel['getWeights']>>[number] }[]> {
  const values = await model.getWeights();
  const names = model.network.layers.flatMap((layer) =>
    layer.weights.filter(({ internal }) => !internal).map(({ name }) => `${layer.name}/${name}`),
  );
  return values.map((weight, k) => ({ name: names[k] ?? `weight ${k}`, weight }));
}

const histograms = async (model: TrainedModel): Promise<SummaryValue[]> =>
  (await namedWeights(model)).map(({ name, weight }) => ({
    kind: 'histogram',
    tag: `${name}/histogram`,
    histogram: histogramOf(weight.data),
  }));

async function kernels(model: TrainedModel): Promise<SummaryValue[]> {
  // Loaded at need, so that a page that draws none need not load what encodes pictures.
  const { kernelPicture } = await import('./pictures.ts');
  return (await namedWeights(model)).flatMap(({ name, weight }): SummaryValue[] => {
    const image = kernelPicture(weight);
    return image ? [{ kind: 'image', tag: `${name}/image`, image }] : [];
  });
}
