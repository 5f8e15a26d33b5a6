import { stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { FormatError, InvalidArgumentError, isAtrousError } from '../errors/index.ts';
import { decodeNativeModel } from '../formats/native-model.ts';
import { readFile } from '../formats/node-files.ts';
import { namesIn } from '../formats/node-host-files.ts';
import { type RememberedTraining, remembered } from './training-settings.ts';

/** Folder of the checkpoints of a training, in its own. */
export const checkpointFolder = 'checkpoints';

/** A state from which a training goes on. */
export interface FoundCheckpoint {
  readonly path: string;
  /** The folder of its training. */
  readonly folder: string;
  readonly step: number;
  /** Epochs that are finished. */
  readonly epoch: number;
  readonly training: RememberedTraining | undefined;
  /** Files that cannot be used, each with the reason. */
  readonly skipped: readonly string[];
}

/**
 * The state that got furthest in the folder of a training, or the file itself. Files that are damaged are passed over.
 * @throws {InvalidArgumentError} where there is none
 * @throws {FileError} {FormatError} for a file that is named and cannot be read
 */
export async function findCheckpoint(path: string, call: string, argument: string): Promise<FoundCheckpoint> {
  const status = await stat(path).catch(() => undefined);
  if (status && !status.isDirectory()) return { ...(await readCheckpoint(path)), skipped: [] };
  const skipped: string[] = [];
  let furthest: Omit<FoundCheckpoint, 'skipped'> | undefined;
  for (const candidate of status ? await statesIn(path) : []) {
    try {
      const found = await readCheckpoint(candidate);
      if (!furthest || isFurther(found, furthest)) furthest = found;
    } catch (error) {
      if (!isAtrousError(error)) throw error;
      skipped.push(error.message);
    }
  }
  if (furthest) return { ...furthest, skipped };
  const reasons = skipped.length > 0 ? ` that can be read (${skipped.join(' ')})` : '';
  const expected = `the folder of a training with a checkpoint${reasons}, or a file .safetensors of it`;
  throw new InvalidArgumentError({ call, argument, expected, received: path });
}

async function statesIn(folder: string): Promise<string[]> {
  const inside = join(folder, checkpointFolder);
  const paths = [
    ...(await namesIn(folder)).map((name) => join(folder, name)),
    ...(await namesIn(inside)).map((name) => join(inside, name)),
  ];
  return paths.filter((path) => /^[^.].*\.safetensors$/.test(basename(path)));
}

async function readCheckpoint(path: string): Promise<Omit<FoundCheckpoint, 'skipped'>> {
  if (path.endsWith('.keras')) {
    const advice = 'Go on from the .safetensors file that lies beside it';
    throw new FormatError({ source: path, problem: 'a .keras file keeps no epochs', advice });
  }
  const saved = decodeNativeModel(await readFile(path), path);
  const { step = 0, epoch = 0 } = saved.training?.state ?? {};
  const own = dirname(path);
  const folder = basename(own) === checkpointFolder ? dirname(own) : own;
  return { path, folder, step, epoch, training: remembered(saved, path) };
}

const isFurther = (a: { step: number; epoch: number }, b: { step: number; epoch: number }): boolean =>
  a.step > b.step || (a.step === b.step && a.epoch > b.epoch);
