import { FormatError } from '../errors/index.ts';
import type { Model } from '../model/model.ts';
import type { FolderSettings } from './folder-data.ts';
import type { TrainingFacts } from './training-record.ts';
import type { EpochRecord } from './training-view.ts';

/** What a training was asked for and a resumed one goes on with, unless it is told otherwise. */
export interface TrainingSettings {
  /** Name of a data set or path of a folder with IDX files; undefined where `folder` is. */
  readonly data: string | undefined;
  /** A folder with a folder of pictures a class. */
  readonly folder: FolderSettings | undefined;
  readonly epochs: number;
  /** Such as `30s`, `500steps` or `epoch`. */
  readonly checkpointEvery: string;
  /** Checkpoints that stay. */
  readonly keep: number;
  readonly logs: LogSettings;
  readonly report: boolean;
}

/** Paths of logs. */
export interface LogSettings {
  readonly csv: string | undefined;
  readonly log: string | undefined;
  readonly tensorboard: string | undefined;
}

/** What checkpoints know of the command that writes them. */
export interface RememberedTraining {
  readonly settings: TrainingSettings;
  readonly facts: TrainingFacts;
  readonly epochs: readonly EpochRecord[];
  /** Names of the classes, where the data have some. */
  readonly classNames: readonly string[] | undefined;
}

/** Key of the metadata of a model. */
const key = 'training';

export function remember(model: Model, training: RememberedTraining): void {
  model.metadata[key] = JSON.stringify(training);
}

/**
 * What a checkpoint remembers; undefined for a file that was written otherwise.
 * @throws {FormatError}
 */
export function remembered(
  { metadata }: { readonly metadata?: Readonly<Record<string, string>> },
  source: string,
): RememberedTraining | undefined {
  const text = metadata?.[key];
  if (text === undefined) return undefined;
  try {
    const { settings, facts, epochs, classNames } = JSON.parse(text) as RememberedTraining;
    if (typeof settings.epochs === 'number' && typeof facts.batchSize === 'number' && Array.isArray(epochs))
      return { settings, facts, epochs, classNames };
  } catch (cause) {
    throw new FormatError({ source, problem: `its metadata "${key}" cannot be read` }, { cause });
  }
  throw new FormatError({ source, problem: `its metadata "${key}" is incomplete` });
}
