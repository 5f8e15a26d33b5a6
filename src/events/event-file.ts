import { hostFiles } from '../formats/host-files.ts';
import type { GrowingFile } from '../formats/node-host-files.ts';
import {
  type EventTime,
  fileVersion,
  type GraphNode,
  graphEvent,
  type SummaryValue,
  sessionStart,
  summaryEvent,
} from './event.ts';
import { tfRecord } from './record.ts';

let nextNumber = 0;

/** A new event file in a folder, one of those that TensorBoard reads as a run. */
export class EventFile {
  readonly #file: GrowingFile;
  readonly #now: () => number;

  private constructor(file: GrowingFile, now: () => number) {
    this.#file = file;
    this.#now = now;
  }

  /**
   * @param now milliseconds since 1970
   * @throws {FileError} {UnsupportedError} in a browser
   */
  static async open(folder: string, now: () => number = Date.now): Promise<EventFile> {
    const { growFile } = await hostFiles('Writing event files');
    // TensorBoard reads the files of a folder in the order of their names: the time comes first.
    const process = globalThis.process?.pid ?? 0;
    const name = `events.out.tfevents.${Math.floor(now() / 1000)}.atrous.${process}.${nextNumber++}.v2`;
    const file = await growFile(`${folder.replace(/\/+$/, '')}/${name}`);
    const opened = new EventFile(file, now);
    await opened.#append(fileVersion(now() / 1000));
    return opened;
  }

  /** Makes TensorBoard drop what earlier files hold from a step on. */
  goOn(step: number): Promise<void> {
    return this.#append(sessionStart(this.#at(step)));
  }

  summary(step: number, values: readonly SummaryValue[]): Promise<void> {
    return values.length === 0 ? Promise.resolve() : this.#append(summaryEvent(this.#at(step), values));
  }

  graph(nodes: readonly GraphNode[]): Promise<void> {
    return this.#append(graphEvent(this.#now() / 1000, nodes));
  }

  close(): Promise<void> {
    return this.#file.close();
  }

  #at(step: number): EventTime {
    return { wallTime: this.#now() / 1000, step };
  }

  #append(event: Uint8Array): Promise<void> {
    return this.#file.append(tfRecord(event));
  }
}
