import { NumericError } from '../errors/index.ts';
import { writeFile } from '../formats/node-files.ts';
import { readFrequency } from '../model/checkpoints/frequency.ts';
import { asTyped, dataNames } from './as-typed.ts';
import { type Context, printJson } from './context.ts';
import { finish, leave } from './end-training.ts';
import { EpochFiles } from './epoch-files.ts';
import { grouped } from './figures.ts';
import { interruptible } from './interrupt.ts';
import { logCallbacks } from './log-callbacks.ts';
import { openTraining, type Screens, type Training } from './open-training.ts';
import { PeriodicCheckpoints } from './periodic-checkpoints.ts';
import { openTerminal } from './terminal.ts';
import type { TrainingRequest } from './training-request.ts';
import { remember } from './training-settings.ts';
import { TrainingView } from './training-view.ts';

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

function introduce({ request, data, model, record }: Training, { context, terminal, notes }: Screens): void {
  const { facts } = record;
  const { resumed, settings } = request;
  const { size: trainImages } = data.train;
  const { size: testImages } = data.test;
  for (const problem of resumed?.skipped ?? []) notes.line(`Passed over a checkpoint: ${problem}`);
  const { epoch, step } = model.trainingState;
  if (request.json) {
    const going = resumed && { resumed: { checkpoint: resumed.path, epoch: epoch + 1, step } };
    printJson(context.stdout, { event: 'start', ...facts, trainImages, testImages, ...going });
    return;
  }
  const { threads, batchSize, learningRate } = facts;
  const title = terminal.style('bold', `${facts.network} on ${facts.data}`);
  terminal.line(`${title}: ${grouped(trainImages)} images to train with, ${grouped(testImages)} to test`);
  const lines = [
    `batch ${batchSize}`,
    // A float32 in Keras's files: its nearest short decimal.
    ...(learningRate === undefined ? [] : [`learning rate ${Number(learningRate.toPrecision(7))}`]),
    `${threads} thread${threads === 1 ? '' : 's'}${facts.revectorize ? ' with V8 revectorize' : ''}`,
  ];
  terminal.line(lines.join(', '));
  if (resumed) {
    const place = epoch < settings.epochs ? `in epoch ${epoch + 1} of ${settings.epochs}` : 'at its end';
    terminal.line(`Going on from ${resumed.path}, ${place}, after ${grouped(step)} steps`);
  }
  terminal.show('Compiling');
}

/** True at the end, false where the signal stopped the training between two steps. */
async function trainEpochs(training: Training, screens: Screens, signal: AbortSignal): Promise<boolean> {
  const { request, data, model, folder, record, classNames } = training;
  const { settings, resumed, json, call } = request;
  const { epochs } = settings;
  if (model.trainingState.epoch >= epochs) {
    // a killed process may have come to the best state of its last epoch alone
    await model.save(folder.last);
    await writeFile(folder.history, record.toJson());
    return true;
  }
  const { context, terminal, notes } = screens;
  const { batchSize, seed } = record.facts;
  const view = new TrainingView(context, terminal, { json, epochs });
  const files = new EpochFiles(folder);
  const checkpoints = new PeriodicCheckpoints({
    folder: folder.path,
    frequency: readFrequency(settings.checkpointEvery, '--checkpoint-every', { call }),
    keep: settings.keep,
    steps: () => model.trainingState.step,
    onWritten: ({ path, step, bytes, pause, writing }) => {
      if (json) printJson(context.stdout, { event: 'checkpoint', path, step, bytes, pause, writing });
    },
    onFailure: (sentence) => {
      terminal.clear();
      notes.line(`${sentence} The training goes on without this checkpoint.`);
    },
  });
  training.checkpoints = checkpoints;
  const keep = (): void =>
    remember(model, { settings, facts: record.facts, epochs: record.epochs, classNames });
  keep();
  const options = {
    epochs,
    batchSize,
    validationData: data.test,
    seed,
    resume: resumed !== undefined,
    signal,
    callbacks: [...logCallbacks(settings.logs), checkpoints],
  };
  try {
    for await (const event of model.train(data.train, options)) {
      const epoch = view.take(event);
      if (!epoch) continue;
      const isBest = record.add(epoch);
      keep();
      await files.save(model, record.toJson(), isBest);
    }
    await files.settled();
    return true;
  } catch (error) {
    terminal.clear();
    await files.settled();
    if (isAbort(error, signal)) return false;
    if (error instanceof NumericError && record.last)
      notes.line(`The state after epoch ${record.last.epoch} is in ${folder.last}.`);
    throw asTyped(error, call, dataNames(settings.folder ? '--folder' : 'DATA'));
  }
}

const isAbort = (error: unknown, signal: AbortSignal): boolean =>
  signal.aborted && error instanceof Error && error.name === 'AbortError';
