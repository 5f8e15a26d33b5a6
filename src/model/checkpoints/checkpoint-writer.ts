import { hostFiles } from '../../formats/host-files.ts';
import type { SaveOptions } from '../save.ts';

/** What a checkpoint took. */
export interface WrittenCheckpoint {
  readonly path: string;
  readonly bytes: number;
  /** Milliseconds for which no step began: the values are copied and put into the form of the file. */
  readonly pause: number;
  /** Milliseconds until the file was safe on the disk, while the training went on. */
  readonly writing: number;
}

/** What of a model is needed here. */
export interface Snapshots {
  toBytes(format: 'keras' | 'safetensors', options?: SaveOptions): Promise<Uint8Array>;
}

/**
 * Writes checkpoints beside a training: only the copy of the values holds it up. One is written at a time; each is
 * whole or not there; older ones are removed once the new one is safe.
 */
export class CheckpointWriter {
  readonly #keep: number | undefined;
  readonly #paths: string[];
  #writing: Promise<WrittenCheckpoint> | undefined;

  /**
   * @param keep files of `paths` and of those written here that stay. Default: all
   * @param paths files that are there already, the oldest first
   */
  constructor(keep?: number, paths: readonly string[] = []) {
    this.#keep = keep;
    this.#paths = [...paths];
  }

  /** Files that are there, the oldest first. */
  get paths(): readonly string[] {
    return this.#paths;
  }

  /** True while a file is being written. */
  get busy(): boolean {
    return this.#writing !== undefined;
  }

  /**
   * Takes a copy of the model now and writes it; the promise that it resolves with says when the file is safe. Whoever
   * comes while another file is written waits for it.
   * @throws {FileError} from that promise
   */
  async save(
    model: Snapshots,
    path: string,
    options: SaveOptions = {},
  ): Promise<{ readonly written: Promise<WrittenCheckpoint> }> {
    await this.settled();
    const started = performance.now();
    const bytes = await model.toBytes(path.endsWith('.keras') ? 'keras' : 'safetensors', options);
    const pause = performance.now() - started;
    const written = this.#write(path, bytes, pause);
    written.catch(() => {});
    this.#writing = written;
    const done = (): void => {
      if (this.#writing === written) this.#writing = undefined;
    };
    written.then(done, done);
    return { written };
  }

  /** Resolves when nothing is being written any more. */
  async settled(): Promise<void> {
    await this.#writing?.catch(() => {});
  }

  async #write(path: string, bytes: Uint8Array, pause: number): Promise<WrittenCheckpoint> {
    const started = performance.now();
    const files = await hostFiles('Writing files', 'Use toBytes, and offer the bytes as a download');
    await files.writeFile(path, bytes);
    const writing = performance.now() - started;
    const known = this.#paths.indexOf(path);
    if (known >= 0) this.#paths.splice(known, 1);
    this.#paths.push(path);
    while (this.#paths.length > (this.#keep ?? this.#paths.length)) {
      await files.removeFile(this.#paths[0]!);
      this.#paths.shift();
    }
    return { path, bytes: bytes.length, pause, writing };
  }
}
