import { dirname, join, resolve } from 'node:path';
import { InvalidArgumentError } from '../errors/index.ts';
import { readFrequency } from '../model/checkpoints/frequency.ts';
import { type FoundCheckpoint, findCheckpoint } from './find-checkpoint.ts';
import type { FolderSettings } from './folder-data.ts';
import { isNetworkName, outputByDefault, recipeOf } from './network.ts';
import { rememberedPath } from './training-data.ts';
import type { TrainingSettings } from './training-settings.ts';

/** What was typed; undefined is what was not. */
export interface TrainOptions {
  readonly data?: string;
  readonly model?: string;
  readonly epochs?: number;
  readonly batchSize?: number;
  readonly learningRate?: number;
  readonly threads?: number;
  readonly seed?: number;
  readonly out?: string;
  /** The folder of a training, a file of it, or true: what `model` or `out` name. */
  readonly resume?: string | boolean;
  readonly folder?: string;
  readonly imageSize?: FolderSettings['imageSize'];
  readonly colorMode?: FolderSettings['colorMode'];
  readonly validationSplit?: number;
  readonly checkpointEvery?: string;
  readonly keep?: number;
  readonly csv?: string;
  readonly log?: string;
  readonly tensorboard?: string;
  /** False with `--no-report`. */
  readonly report: boolean;
  readonly json?: boolean;
}

export interface TrainingRequest {
  readonly data: string;
  /** Name of a network or path of a saved model. */
  readonly model: string;
  /** The training that is gone on with. */
  readonly resumed: FoundCheckpoint | undefined;
  readonly settings: TrainingSettings;
  /** Undefined: that of the training that is resumed or of the recipe, else 128. */
  readonly batchSize?: number;
  /** Undefined: that of the saved model or of the recipe, else 0.001. */
  readonly learningRate?: number;
  readonly threads?: number;
  readonly seed: number;
  readonly out: string;
  readonly json: boolean;
  /** How errors name the command. */
  readonly call: string;
}

const defaultEpochs = 10;
const defaultFrequency = '30s';
const defaultKeep = 2;
const defaultSplit = 0.2;

/**
 * What is to be done: what was typed, else what the training that is resumed was asked for, else the defaults.
 * @throws {InvalidArgumentError} for what contradicts itself and for a folder without a checkpoint
 */
export async function trainingRequest(options: TrainOptions, call: string): Promise<TrainingRequest> {
  const refuse = (argument: string, expected: string, received: unknown): never => {
    throw new InvalidArgumentError({ call, argument, expected, received });
  };
  if (options.out === '') refuse('--out', 'the path of a folder', options.out);
  const resumes = options.resume !== undefined && options.resume !== false;
  const resumed = resumes ? await findCheckpoint(whereToResume(options), call, '--resume') : undefined;
  const before = resumed?.training;
  if (resumed && options.seed !== undefined)
    refuse('--seed', 'none with --resume, because the training goes on with its own', options.seed);
  const model = resumed ? resumed.path : (options.model ?? 'seed');
  const named = before?.facts.network;
  if (resumed && options.model !== undefined && isNetworkName(options.model) && options.model !== named)
    refuse(
      '--model',
      `none with --resume, because the checkpoint holds ${named ?? 'a model'}`,
      options.model,
    );
  const epochs = options.epochs ?? before?.settings.epochs ?? recipeOf(model)?.epochs ?? defaultEpochs;
  if (resumed && resumed.epoch > epochs)
    refuse('--epochs', `at least the ${resumed.epoch} epochs that are done`, epochs);
  const checkpointEvery = options.checkpointEvery ?? before?.settings.checkpointEvery ?? defaultFrequency;
  readFrequency(checkpointEvery, '--checkpoint-every', { call });
  const folder = folderOf(options, before?.settings.folder, refuse);
  const data = options.data ?? before?.settings.data ?? (folder ? folder.path : 'mnist');
  const logs = before?.settings.logs;
  const settings: TrainingSettings = {
    data: folder ? undefined : await rememberedPath(data),
    folder,
    epochs,
    checkpointEvery,
    keep: options.keep ?? before?.settings.keep ?? defaultKeep,
    logs: {
      csv: absolute(options.csv) ?? logs?.csv,
      log: absolute(options.log) ?? logs?.log,
      tensorboard: absolute(options.tensorboard) ?? logs?.tensorboard,
    },
    report: options.report && (before?.settings.report ?? true),
  };
  return {
    data,
    model,
    resumed,
    settings,
    batchSize: options.batchSize,
    learningRate: options.learningRate,
    threads: options.threads,
    seed: options.seed ?? before?.facts.seed ?? 0,
    out: options.out ?? resumed?.folder ?? outputByDefault(model),
    json: options.json ?? false,
    call,
  };
}

/** A path that means the same from another folder. */
const absolute = (path: string | undefined): string | undefined =>
  path === undefined ? undefined : resolve(path);

/** A path after --resume, a saved model, or the folder to which files go. */
function whereToResume({ resume, model = 'seed', out }: TrainOptions): string {
  if (typeof resume === 'string') return resume;
  return isNetworkName(model) ? (out ?? outputByDefault(model)) : model;
}

function folderOf(
  { folder: path, imageSize, colorMode, validationSplit, data }: TrainOptions,
  before: FolderSettings | undefined,
  refuse: (argument: string, expected: string, received: unknown) => never,
): FolderSettings | undefined {
  if (path === undefined && (before === undefined || data !== undefined)) {
    const given = {
      '--image-size': imageSize,
      '--color-mode': colorMode,
      '--validation-split': validationSplit,
    };
    for (const [flag, value] of Object.entries(given))
      if (value !== undefined) refuse(flag, 'none without --folder', value);
    return undefined;
  }
  if (data !== undefined) refuse('DATA', 'none with --folder', data);
  return {
    path: absolute(path) ?? before!.path,
    imageSize: imageSize ?? before?.imageSize,
    colorMode: colorMode ?? before?.colorMode,
    validationSplit: validationSplit ?? before?.validationSplit ?? defaultSplit,
  };
}

/** The best state of the training that is resumed, where it may lie. */
export const bestBefore = ({ path, folder }: FoundCheckpoint): string[] => [
  join(folder, 'best.safetensors'),
  join(dirname(path), 'best.safetensors'),
];
