import { hostFiles } from '../formats/host-files.ts';

/**
 * A text file with a line an epoch. It is written anew for each, so that it is whole at any moment: what was there
 * before the training is kept up to the epoch with which the training begins.
 */
export class EpochLines {
  readonly path: string;
  #lines: string[] = [];

  constructor(path: string) {
    this.path = path;
  }

  get lines(): readonly string[] {
    return this.#lines;
  }

  /**
   * Begins anew, or behind the lines of a file.
   * @param keeps says which lines stay; undefined: none. A last line that is not finished goes.
   * @throws {FileError}
   */
  async open(keeps?: (line: string, k: number) => boolean): Promise<void> {
    this.#lines = [];
    const files = await hostFiles('Writing files');
    const cut = Math.max(this.path.lastIndexOf('/'), this.path.lastIndexOf('\\'));
    if (cut > 0) await files.makeFolder(this.path.slice(0, cut));
    if (!keeps) return;
    const name = this.path.slice(cut + 1);
    if (!(await files.namesIn(cut > 0 ? this.path.slice(0, cut) : cut === 0 ? '/' : '.')).includes(name))
      return;
    const text = new TextDecoder().decode(await files.readFile(this.path));
    this.#lines = text.split('\n').slice(0, -1).filter(keeps);
  }

  /** @throws {FileError} */
  async add(...lines: readonly string[]): Promise<void> {
    this.#lines.push(...lines);
    const files = await hostFiles('Writing files');
    await files.writeFile(this.path, this.#lines.map((line) => `${line}\n`).join(''));
  }
}
