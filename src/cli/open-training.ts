import { configure, runtimeInfo } from '../engine/index.ts';
import { InvalidArgumentError } from '../errors/index.ts';
import { readFile, writeFile } from '../formats/node-files.ts';
import type { Model } from '../model/model.ts';
import { writeClassNames } from './class-names.ts';
import { shellWord } from './closing-report.ts';
import type { Context } from './context.ts';
import { machineRows } from './machine-facts.ts';
import { isNetworkName, openNetwork, recipeOf, requireLoss } from './network.ts';
import { type OutputFolder, openOutputFolder } from './output-folder.ts';
import type { PeriodicCheckpoints } from './periodic-checkpoints.ts';
import type { Terminal } from './terminal.ts';
import { dataFor, loadData, type TrainingData } from './training-data.ts';
import { TrainingRecord } from './training-record.ts';
import { bestBefore, type TrainingRequest } from './training-request.ts';
import { packageVersion } from './version.ts';

const defaultBatchSize = 128;

export interface Screens {
  readonly context: Context;
  /** For the report. */
  readonly terminal: Terminal;
  /** For what does not belong in a report. */
  readonly notes: Terminal;
}

export interface Training {
  readonly request: TrainingRequest;
  readonly data: TrainingData;
  readonly model: Model;
  readonly folder: OutputFolder;
  readonly record: TrainingRecord;
  readonly classNames: readonly string[] | undefined;
  checkpoints?: PeriodicCheckpoints;
}

/**
 * Loads data and network, and makes the folder. A resumed training takes over the epochs before, the best state and
 * whatever file a killed process did not get to write.
 * @throws {AtrousError}
 */
export async function openTraining(
  request: TrainingRequest,
  { context, terminal, notes }: Screens,
  signal: AbortSignal,
): Promise<Training> {
  const { call, settings, resumed, seed } = request;
  const { epochs } = settings;
  configure({ revectorize: true, threads: request.threads });
  const screen = request.json ? notes : terminal;
  const raw = await loadData({ data: request.data, folder: settings.folder, seed }, call, screen, signal);
  const newBatchSize = request.batchSize ?? recipeOf(request.model)?.batchSize ?? defaultBatchSize;
  const { model: name, learningRate: newRate } = request;
  const model = await openNetwork(
    {
      model: name,
      learningRate: newRate,
      seed,
      inputShape: raw.imageShape,
      classes: raw.classNames?.length,
      length: { samples: raw.train.size, epochs, batchSize: newBatchSize },
    },
    call,
  );
  requireLoss(model, call, '--model');
  refuseOtherClasses(model, raw, call);
  const data = dataFor(model, raw);
  const { epoch, batchSize: before, seed: ownSeed } = model.trainingState;
  if (resumed) refuseOtherBatches(request, before);
  const folder = await openOutputFolder(request.out);
  const { threads, revectorize } = runtimeInfo();
  const { learningRate } = model.optimizer;
  const earlier = resumed?.training?.facts;
  const record = new TrainingRecord({
    network: earlier?.network ?? (isNetworkName(name) ? name : model.name),
    data: settings.folder?.path ?? request.data,
    epochs,
    batchSize: request.batchSize ?? (resumed && before > 0 ? before : newBatchSize),
    learningRate: typeof learningRate === 'number' ? learningRate : undefined,
    seed: resumed ? ownSeed : seed,
    threads,
    revectorize,
    version: packageVersion(),
    trainImages: data.train.size,
    // What a resumed training was begun with: to repeat that gives the same bits.
    command: earlier?.command ?? [context.self, ...(context.args ?? []).map(shellWord)].join(' '),
    continued: earlier?.continued ?? !isNetworkName(name),
    machine: machineRows(),
  });
  if (resumed?.training) for (const each of resumed.training.epochs) record.add(each);
  else if (resumed) await record.takeOver(folder.history, epoch);
  if (resumed && record.last) await repair(resumed, folder, record);
  signal.throwIfAborted();
  const { classNames } = raw;
  if (classNames) await writeClassNames(folder.path, classNames);
  return { request, data, model, folder, record, classNames };
}

/** Epochs go on with the batches that they began with: others would hold other samples, and give other bits. */
function refuseOtherBatches({ batchSize, call }: TrainingRequest, before: number): void {
  if (batchSize === undefined || before === 0 || batchSize === before) return;
  const expected = `${before} or none with --resume, because the training goes on with its own`;
  throw new InvalidArgumentError({ call, argument: '--batch-size', expected, received: batchSize });
}

/** Writes what is missing beside the checkpoint: a history of its epochs, and the best state of the folder it is of. */
async function repair(
  resumed: NonNullable<TrainingRequest['resumed']>,
  folder: OutputFolder,
  record: TrainingRecord,
): Promise<void> {
  await writeFile(folder.history, record.toJson());
  const states = await Promise.all(
    [folder.best, ...bestBefore(resumed)].map((path) => readFile(path).catch(() => undefined)),
  );
  const found = states.find((bytes) => bytes !== undefined);
  if (found && !states[0]) await writeFile(folder.best, found);
}

function refuseOtherClasses({ outputs, name }: Model, { classNames }: TrainingData, call: string): void {
  const units = outputs.length === 1 ? outputs[0]!.shape.at(-1) : undefined;
  if (!classNames || units === undefined || classNames.length <= units) return;
  const expected = `a model with at least ${classNames.length} outputs, one a class`;
  throw new InvalidArgumentError({ call, argument: '--model', expected, received: `${name} with ${units}` });
}
