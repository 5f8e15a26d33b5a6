import { compareWithStandard } from '../analysis/convolution-costs.ts';
import type { ImageSets } from '../data/mnist-files.ts';
import { configure, runtimeInfo } from '../engine/index.ts';
import { InvalidArgumentError, NumericError } from '../errors/index.ts';
import { writeFile } from '../formats/node-files.ts';
import { encodeNpy } from '../formats/npy.ts';
import type { Model } from '../model/model.ts';
import { closingLines, shellWord } from './closing-report.ts';
import { type Context, printJson } from './context.ts';
import { failureOf, wantsTrace } from './failure.ts';
import { grouped } from './figures.ts';
import { loadImages } from './image-data.ts';
import { interruptible } from './interrupt.ts';
import { machineRows } from './machine-facts.ts';
import { isNetworkName, openNetwork, recipeOf } from './network.ts';
import { type OutputFolder, openOutputFolder } from './output-folder.ts';
import { type JudgedImages, type RunRecord, writeReport } from './report-file.ts';
import { shapedFor } from './samples.ts';
import { openTerminal, type Terminal } from './terminal.ts';
import { TrainingRecord } from './training-record.ts';
import { TrainingView } from './training-view.ts';
import { packageVersion } from './version.ts';

export interface TrainingRequest {
  readonly data: string;
  /** Name of a network or path of a saved model. */
  readonly model: string;
  readonly epochs: number;
  /** Undefined: that of the training that is resumed or of the recipe, else 128. */
  readonly batchSize?: number;
  /** Undefined: that of the saved model or of the recipe, else 0.001. */
  readonly learningRate?: number;
  readonly threads?: number;
  /** Undefined: that of the training that is resumed, else 0. */
  readonly seed?: number;
  readonly out: string;
  readonly resume: boolean;
  /** Whether to write a report at the end. */
  readonly report: boolean;
  readonly json: boolean;
  /** How errors name the command. */
  readonly call: string;
}

const defaultBatchSize = 128;

interface Screens {
  readonly context: Context;
  /** For the report. */
  readonly terminal: Terminal;
  /** For what does not belong in a report. */
  readonly notes: Terminal;
}

interface Training {
  readonly request: TrainingRequest;
  readonly images: ImageSets;
  /** [height, width, channels] of the images as they were read. */
  readonly imageShape: JudgedImages['imageShape'];
  readonly model: Model;
  readonly folder: OutputFolder;
  readonly record: TrainingRecord;
}

/**
 * Trains as the command line asks for. A training that a signal stopped leaves its exit code in the context.
 * @throws {AtrousError} for input that cannot be used and for work that failed
 */
export async function runTraining(request: TrainingRequest, context: Context): Promise<void> {
  const terminal = openTerminal(context.stdout, context.env);
  const notes = openTerminal(context.stderr, context.env);
  const screens = { context, terminal, notes };
  const interruption = interruptible(() => {
    terminal.clear();
    notes.line('Stopping in good order. Press Ctrl-C again to stop at once.');
  });
  const { signal } = interruption;
  let training: Training | undefined;
  try {
    training = await openTraining(request, screens, signal);
    introduce(training, screens);
    if (await trainEpochs(training, screens, signal)) {
      await finish(training, screens);
    } else {
      await leave(training, screens);
      context.exitCode = interruption.exitCode;
    }
  } catch (error) {
    terminal.clear();
    if (!isAbort(error, signal)) throw error;
    notes.line('Stopped before the first step: there is nothing to save.');
    context.exitCode = interruption.exitCode;
  } finally {
    interruption.end();
    training?.model.dispose();
  }
}

async function openTraining(
  request: TrainingRequest,
  screens: Screens,
  signal: AbortSignal,
): Promise<Training> {
  const { call, data, epochs, resume } = request;
  configure({ revectorize: true, threads: request.threads });
  if (resume && isNetworkName(request.model)) {
    const expected = 'a saved model with --resume';
    throw new InvalidArgumentError({ call, argument: '--model', expected, received: request.model });
  }
  if (resume && request.seed !== undefined) {
    const expected = 'none with --resume, because the training goes on with its own';
    throw new InvalidArgumentError({ call, argument: '--seed', expected, received: request.seed });
  }
  if (request.out === '') {
    const expected = 'the path of a folder';
    throw new InvalidArgumentError({ call, argument: '--out', expected, received: request.out });
  }
  const raw = await loadImages(data, call, request.json ? screens.notes : screens.terminal, signal);
  const { seed = 0 } = request;
  const newBatchSize = request.batchSize ?? recipeOf(request.model)?.batchSize ?? defaultBatchSize;
  const length = { samples: raw.train.size, epochs, batchSize: newBatchSize };
  const inputShape = raw.train.inputs[0]!.shape;
  const model = await openNetwork({ ...request, seed, inputShape, length }, call);
  const images = shapedFor(model, raw);
  const { epoch, batchSize: before } = model.trainingState;
  if (resume && epoch >= epochs) {
    const expected = `more than the ${epoch} epochs that are done`;
    throw new InvalidArgumentError({ call, argument: '--epochs', expected, received: epochs });
  }
  const folder = await openOutputFolder(request.out);
  const { threads, revectorize } = runtimeInfo();
  const { learningRate } = model.optimizer;
  const record = new TrainingRecord({
    network: isNetworkName(request.model) ? request.model : model.name,
    data,
    epochs,
    batchSize: request.batchSize ?? (resume && before > 0 ? before : newBatchSize),
    learningRate: typeof learningRate === 'number' ? learningRate : undefined,
    seed: resume ? model.trainingState.seed : seed,
    threads,
    revectorize,
    version: packageVersion(),
    trainImages: images.train.size,
    command: [screens.context.self, ...(screens.context.args ?? []).map(shellWord)].join(' '),
    continued: !isNetworkName(request.model),
    machine: machineRows(),
  });
  if (resume) await record.takeOver(folder.history, epoch);
  signal.throwIfAborted();
  return { request, images, imageShape: raw.test.inputs[0]!.shape, model, folder, record };
}

function introduce({ request, images, record }: Training, { context, terminal }: Screens): void {
  const { facts } = record;
  const { size: trainImages } = images.train;
  const { size: testImages } = images.test;
  if (request.json) {
    printJson(context.stdout, { event: 'start', ...facts, trainImages, testImages });
    return;
  }
  const { threads, batchSize, learningRate } = facts;
  const title = terminal.style('bold', `${facts.network} on ${facts.data}`);
  terminal.line(`${title}: ${grouped(trainImages)} images to train with, ${grouped(testImages)} to test`);
  const settings = [
    `batch ${batchSize}`,
    // A float32 in Keras's files: its nearest short decimal.
    ...(learningRate === undefined ? [] : [`learning rate ${Number(learningRate.toPrecision(7))}`]),
    `${threads} thread${threads === 1 ? '' : 's'}${facts.revectorize ? ' with V8 revectorize' : ''}`,
  ];
  terminal.line(settings.join(', '));
  terminal.show('Compiling');
}

/** True at the end, false where the signal stopped the training between two steps. */
async function trainEpochs(training: Training, screens: Screens, signal: AbortSignal): Promise<boolean> {
  const { request, images, model, folder, record } = training;
  const { epochs, resume } = request;
  const { batchSize, seed } = record.facts;
  const view = new TrainingView(screens.context, screens.terminal, request);
  const options = { epochs, batchSize, validationData: images.test, seed, resume, signal };
  try {
    for await (const event of model.train(images.train, options)) {
      const epoch = view.take(event);
      if (!epoch) continue;
      const isBest = record.add(epoch);
      await model.save(folder.last);
      if (isBest) await model.save(folder.best);
      await writeFile(folder.history, record.toJson());
    }
    return true;
  } catch (error) {
    screens.terminal.clear();
    if (isAbort(error, signal)) return false;
    if (error instanceof NumericError && record.last)
      screens.notes.line(`The state after epoch ${record.last.epoch} is in ${folder.last}.`);
    throw error;
  }
}

const isAbort = (error: unknown, signal: AbortSignal): boolean =>
  signal.aborted && error instanceof Error && error.name === 'AbortError';

/** Writes the state in the middle of a training, and says how to go on. */
async function leave(training: Training, { context, terminal }: Screens): Promise<void> {
  const { request, model, folder, record } = training;
  await model.save(folder.last);
  await writeFile(folder.history, record.toJson());
  const { epoch, step } = model.trainingState;
  if (request.json) {
    printJson(context.stdout, {
      event: 'interrupted',
      epoch: Math.min(epoch + 1, request.epochs),
      steps: step,
      checkpoint: folder.last,
    });
    return;
  }
  const { data, epochs } = request;
  if (epoch >= epochs) {
    terminal.line(`Stopped in the evaluation after the last epoch, ${grouped(step)} steps in all.`);
    terminal.line(`The trained model is in ${folder.last}`);
    terminal.line('Evaluate it:');
    terminal.line(`  ${context.self} evaluate ${shellWord(folder.last)} ${shellWord(data)}`);
    return;
  }
  const flags = `--resume --epochs ${epochs} --batch-size ${record.facts.batchSize} --out ${shellWord(folder.path)}`;
  terminal.line(`Stopped in epoch ${epoch + 1} of ${epochs}, after ${grouped(step)} steps in all.`);
  terminal.line(`The state is in ${folder.last}`);
  terminal.line('Go on where it stopped:');
  terminal.line(`  ${context.self} train ${shellWord(data)} --model ${shellWord(folder.last)} ${flags}`);
}

async function finish(training: Training, screens: Screens): Promise<void> {
  const { context, terminal } = screens;
  const { request, images, model, folder, record } = training;
  await model.save(folder.keras);
  await writeFile(folder.sample, encodeNpy(sampleImages(images)));
  const reported = request.report && (await drawReport(training, screens));
  const costs = compareWithStandard(model.network);
  if (request.json) {
    const { keras, last, best, history, report, sample } = folder;
    const result = { seconds: record.seconds, ...record.last?.metrics, bestEpoch: record.best?.epoch };
    const files = { keras, last, best, history, ...(reported ? { report } : {}), sample };
    printJson(context.stdout, { event: 'end', epochs: record.last?.epoch, ...result, costs, files });
    return;
  }
  const lines = closingLines({ record, costs, folder, reported, data: request.data, self: context.self });
  for (const line of lines) terminal.line(line);
}

/** Writes the report; true if that worked. The model is safe already, and a report can be written again. */
async function drawReport(training: Training, { context, terminal, notes }: Screens): Promise<boolean> {
  const { images, imageShape, model, folder, record } = training;
  terminal.show('Drawing the report');
  try {
    const run = JSON.parse(record.toJson()) as RunRecord;
    await writeReport(folder.report, model, run, { test: images.test, imageShape });
    return true;
  } catch (error) {
    terminal.clear();
    const { message } = failureOf(error, wantsTrace(context.env));
    notes.line(`atrous: There is no report: ${message}`);
    notes.line(`The model is whole. Draw it later: ${context.self} report ${shellWord(folder.path)}`);
    context.exitCode = 1;
    return false;
  } finally {
    terminal.clear();
  }
}

const mostSamples = 10;

/** The first test images, as they are. */
function sampleImages({ test }: ImageSets): Parameters<typeof encodeNpy>[0] {
  const { data, shape } = test.inputs[0]!;
  const count = Math.min(mostSamples, test.size);
  const elements = data.length / test.size;
  return { dtype: 'u8', shape: [count, ...shape], data: data.slice(0, count * elements) };
}
