import type { TrainingEvent } from '../training/events.ts';
import { type Context, printJson } from './context.ts';
import { Pace } from './pace.ts';
import { epochLine, liveLine } from './progress.ts';
import type { Terminal } from './terminal.ts';

/** An epoch that is done, with what it took. */
export interface EpochRecord {
  /** Counted from 1. */
  readonly epoch: number;
  readonly metrics: Readonly<Record<string, number>>;
  readonly seconds: number;
  readonly imagesPerSecond: number;
}

/** Shows a training: a live line and a line an epoch for people, a JSON line an epoch for programs. */
export class TrainingView {
  readonly #context: Context;
  readonly #terminal: Terminal;
  readonly #json: boolean;
  readonly #epochs: number;
  readonly #pace: Pace;
  #batches: number | undefined;
  /** Of the epoch so far. */
  #samples = 0;
  #shownAt = Number.NEGATIVE_INFINITY;

  constructor(
    context: Context,
    terminal: Terminal,
    options: { readonly json: boolean; readonly epochs: number },
  ) {
    this.#context = context;
    this.#terminal = terminal;
    this.#json = options.json;
    this.#epochs = options.epochs;
    this.#pace = new Pace(options.epochs);
  }

  /** Takes an event as it comes; gives a record at the end of an epoch. */
  take(event: TrainingEvent): EpochRecord | undefined {
    const now = this.#context.now();
    if (event.type === 'epochBegin') {
      this.#batches = event.batches;
      this.#pace.beginEpoch(now);
      return undefined;
    }
    if (event.type === 'batchEnd') {
      this.#pace.step(now, event.size);
      this.#samples = event.samples;
      const last = event.batch + 1 === this.#batches;
      if (!this.#json && this.#terminal.live && (last || now - this.#shownAt >= secondsBetweenLines)) {
        this.#shownAt = now;
        this.#terminal.show(this.#liveLine(event.epoch, event.batch + 1, event.logs));
      }
      return undefined;
    }
    const { epoch, logs: metrics, seconds } = event;
    // An epoch of one step has no pace of its own; what it took, compilation included, is true of it all the same.
    const imagesPerSecond = this.#pace.imagesPerSecond() ?? this.#samples / seconds;
    this.#pace.endEpoch(now);
    if (this.#json) {
      printJson(this.#context.stdout, {
        event: 'epoch',
        epoch: epoch + 1,
        epochs: this.#epochs,
        ...metrics,
        seconds: rounded(seconds),
        imagesPerSecond: Math.round(imagesPerSecond),
      });
    } else {
      const result = { epoch, epochs: this.#epochs, metrics, seconds, imagesPerSecond };
      this.#terminal.line(epochLine(result, this.#terminal.columns()));
    }
    return {
      epoch: epoch + 1,
      metrics,
      seconds: rounded(seconds),
      imagesPerSecond: Math.round(imagesPerSecond),
    };
  }

  #liveLine(epoch: number, step: number, metrics: Readonly<Record<string, number>>): string {
    return liveLine(
      {
        epoch,
        epochs: this.#epochs,
        step,
        steps: this.#batches,
        imagesPerSecond: this.#pace.imagesPerSecond(),
        metrics,
        secondsLeft: this.#pace.secondsLeft(epoch, this.#batches),
      },
      this.#terminal.columns(),
    );
  }
}

const secondsBetweenLines = 0.1;
const rounded = (seconds: number): number => Math.round(seconds * 1000) / 1000;
