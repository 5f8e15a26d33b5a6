import { basename } from 'node:path';
import type { TensorDataset } from '../data/tensor-dataset.ts';
import { FormatError } from '../errors/index.ts';
import { readFile, writeFile } from '../formats/node-files.ts';
import type { Model } from '../model/model.ts';
import type { TrainingHistory } from '../report/index.ts';
import type { TrainingFacts } from './training-record.ts';

/** The part of a `history.json` that a report shows. */
export interface RunRecord extends Partial<TrainingFacts> {
  /** Epochs, counted from 1. */
  readonly epoch: readonly number[];
  readonly history: Readonly<Record<string, readonly (number | null)[]>>;
  readonly seconds: readonly number[];
}

const largestRecord = 2 ** 26;

/**
 * Reads a `history.json`.
 * @throws {FileError} {FormatError}
 */
export async function readRun(path: string): Promise<RunRecord> {
  const bytes = await readFile(path, { maxBytes: largestRecord });
  const problem = 'it is no history of a training that atrous train wrote';
  try {
    const run = JSON.parse(new TextDecoder().decode(bytes)) as RunRecord;
    if (isRun(run)) return run;
  } catch (cause) {
    throw new FormatError({ source: path, problem }, { cause });
  }
  throw new FormatError({ source: path, problem });
}

const isRun = ({ epoch, history, seconds }: RunRecord): boolean =>
  Array.isArray(epoch) &&
  epoch.every((number) => Number.isSafeInteger(number)) &&
  typeof history === 'object' &&
  history !== null &&
  Object.values(history).every((values) => isColumn(values, epoch.length)) &&
  isColumn(seconds, epoch.length);

const isColumn = (values: unknown, length: number): boolean =>
  Array.isArray(values) &&
  values.length === length &&
  values.every((value) => value === null || typeof value === 'number');

/** What is judged: test images in the shape that the model reads, and what they were before. */
export interface JudgedImages {
  readonly test: TensorDataset;
  /** [height, width, channels] of the images as they were read. */
  readonly imageShape: readonly number[];
  /** Names of the classes, where the data have some. */
  readonly classNames?: readonly string[];
}

/**
 * Writes the report of a training. What draws it is loaded here, so that other commands start without it.
 * @throws {FileError} and whatever judging the model throws
 */
export async function writeReport(
  path: string,
  model: Model,
  run: RunRecord,
  { test, imageShape, classNames }: JudgedImages,
): Promise<void> {
  const { report } = await import('../report/index.ts');
  await writeFile(
    path,
    await report(model, historyOf(run), test, { ...optionsOf(run, imageShape), classNames }),
  );
}

const historyOf = ({ epoch, history, seconds }: RunRecord): TrainingHistory => ({
  epoch: epoch.map((number) => number - 1),
  history,
  seconds,
});

function optionsOf(
  run: RunRecord,
  pictureShape: readonly number[],
): Parameters<typeof import('../report/index.ts').report>[3] {
  const { network, batchSize, learningRate, epochs, seed, version, trainImages } = run;
  const data = run.data === undefined ? undefined : basename(run.data);
  const settings: Record<string, string | number> = {};
  if (epochs !== undefined) settings.epochs = epochs;
  if (batchSize !== undefined) settings['batch size'] = batchSize;
  if (learningRate !== undefined) settings['learning rate'] = Number(learningRate.toPrecision(7));
  return {
    ...(network !== undefined && data !== undefined ? { title: `${network} on ${data}` } : {}),
    dataName: data,
    pictureShape,
    trainSamples: trainImages,
    seed,
    settings,
    machine: run.machine,
    command: run.command,
    continued: run.continued,
    version,
    date: new Date(),
  };
}
