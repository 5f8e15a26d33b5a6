import { join } from 'node:path';
import { isAtrousError } from '../errors/index.ts';
import { makeFolder, namesIn } from '../formats/node-host-files.ts';
import { CheckpointWriter, type WrittenCheckpoint } from '../model/checkpoints/checkpoint-writer.ts';
import { Due, type SaveFrequency } from '../model/checkpoints/frequency.ts';
import type { Callback } from '../training/callback.ts';
import { checkpointFolder } from './find-checkpoint.ts';

/** How long trainings were held up. */
export interface PauseSummary {
  readonly count: number;
  /** Milliseconds. */
  readonly longest: number;
  readonly mean: number;
}

export interface PeriodicOptions {
  /** The folder of the training. */
  readonly folder: string;
  readonly frequency: SaveFrequency;
  /** Files that stay. */
  readonly keep: number;
  /** Steps that the state of the model has: those in flight are in it before they are reported. */
  readonly steps: () => number;
  readonly onWritten: (checkpoint: WrittenCheckpoint & { readonly step: number }) => void;
  /** Is told once why a file could not be written. The training goes on, and tries again when the next is due. */
  readonly onFailure: (sentence: string) => void;
}

const nameOf = (step: number): string => `step-${String(step).padStart(8, '0')}.safetensors`;
const isOurs = (name: string): boolean => /^step-\d{8,}\.safetensors$/.test(name);

/** Writes checkpoints in the middle of epochs while the training goes on, and removes old ones. */
export class PeriodicCheckpoints implements Callback {
  readonly savesModel = true;
  readonly #options: PeriodicOptions;
  readonly #folder: string;
  readonly #pauses: number[] = [];
  #due: Due;
  #writer: CheckpointWriter | undefined;
  #failed = false;

  constructor(options: PeriodicOptions) {
    this.#options = options;
    this.#folder = join(options.folder, checkpointFolder);
    this.#due = new Due(options.frequency);
  }

  async onTrainBegin(): Promise<void> {
    const known = (await namesIn(this.#folder)).filter(isOurs);
    this.#writer = new CheckpointWriter(
      this.#options.keep,
      known.map((name) => join(this.#folder, name)),
    );
    this.#due = new Due(this.#options.frequency);
  }

  async onBatchEnd(
    { step }: { readonly step: number },
    model: Parameters<NonNullable<Callback['onBatchEnd']>>[1],
  ): Promise<void> {
    const writer = this.#writer!;
    if (!this.#due.afterStep(step)) return;
    const { steps, onWritten, onFailure } = this.#options;
    try {
      await makeFolder(this.#folder);
      const held = steps();
      const { written } = await writer.save(model, join(this.#folder, nameOf(held)));
      written.then((checkpoint) => {
        this.#pauses.push(checkpoint.pause);
        onWritten({ ...checkpoint, step: held });
      }, this.#tell(onFailure));
    } catch (error) {
      this.#tell(onFailure)(error);
    }
  }

  onTrainLeave(): Promise<void> {
    return this.#writer?.settled() ?? Promise.resolve();
  }

  /** Undefined where none was written. */
  get pauses(): PauseSummary | undefined {
    const count = this.#pauses.length;
    if (count === 0) return undefined;
    const sum = this.#pauses.reduce((a, b) => a + b, 0);
    return { count, longest: Math.max(...this.#pauses), mean: sum / count };
  }

  #tell(onFailure: (sentence: string) => void): (error: unknown) => void {
    return (error) => {
      if (!isAtrousError(error)) throw error;
      if (!this.#failed) onFailure(error.message);
      this.#failed = true;
    };
  }
}
