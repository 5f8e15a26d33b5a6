import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { systemProblem } from '../data/node-system-error.ts';
import { FileError } from '../errors/index.ts';
import { makeFolder } from '../formats/node-files.ts';

/** Files of one training. */
export interface OutputFolder {
  readonly path: string;
  /** For Keras and other programs; written at the end. */
  readonly keras: string;
  /** The last state with the optimiser's, from which training can go on. */
  readonly last: string;
  /** The state after the epoch with the best value on validation data. */
  readonly best: string;
  readonly history: string;
  /** What was learnt, in pictures; written at the end. */
  readonly report: string;
  /** Ten test images to try a prediction with. */
  readonly sample: string;
}

/**
 * Makes the folder, and finds out before any work is done whether files can be written there.
 * @throws {FileError}
 */
export async function openOutputFolder(path: string): Promise<OutputFolder> {
  await makeFolder(path);
  try {
    await access(path, constants.W_OK | constants.X_OK);
  } catch (cause) {
    throw new FileError({ action: 'write', path, problem: systemProblem(cause) }, { cause });
  }
  return {
    path,
    keras: join(path, 'model.keras'),
    last: join(path, 'model.safetensors'),
    best: join(path, 'best.safetensors'),
    history: join(path, 'history.json'),
    report: join(path, 'report.html'),
    sample: join(path, 'sample.npy'),
  };
}
