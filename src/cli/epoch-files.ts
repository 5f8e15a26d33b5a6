import { writeFile } from '../formats/node-files.ts';
import type { Model } from '../model/model.ts';
import type { OutputFolder } from './output-folder.ts';

/**
 * Writes the states after epochs while the next epoch is trained. The best comes first and the history last: whatever
 * file a killed process did not get to, a resumed training writes again.
 */
export class EpochFiles {
  readonly #folder: OutputFolder;
  #last: Promise<void> = Promise.resolve();

  constructor(folder: OutputFolder) {
    this.#folder = folder;
  }

  /**
   * Takes a copy of the model now.
   * @throws {FileError} for files of earlier epochs that could not be written
   */
  async save(model: Model, history: string, isBest: boolean): Promise<void> {
    await this.#last;
    const bytes = await model.toBytes('safetensors');
    const { best, last, history: path } = this.#folder;
    this.#last = (async () => {
      if (isBest) await writeFile(best, bytes);
      await writeFile(last, bytes);
      await writeFile(path, history);
    })();
    this.#last.catch(() => {});
  }

  /**
   * Waits until all is safe.
   * @throws {FileError}
   */
  settled(): Promise<void> {
    return this.#last;
  }
}
