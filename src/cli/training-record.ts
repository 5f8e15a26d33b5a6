import { readFile } from 'node:fs/promises';
import type { EpochRecord } from './training-view.ts';

/** What a training was asked for, as `history.json` holds it. */
export interface TrainingFacts {
  readonly network: string;
  readonly data: string;
  readonly epochs: number;
  readonly batchSize: number;
  readonly learningRate: number | undefined;
  readonly seed: number;
  readonly threads: number;
  readonly revectorize: boolean;
  readonly version: string;
  readonly trainImages?: number;
  /** What was typed. */
  readonly command?: string;
  /** True where the training began with a saved model. */
  readonly continued?: boolean;
  /** What it ran on, as a report shows it. */
  readonly machine?: Readonly<Record<string, string>>;
}

/** The epochs of a training and which of them was best. */
export class TrainingRecord {
  readonly facts: TrainingFacts;
  readonly #epochs: EpochRecord[] = [];
  #best: EpochRecord | undefined;

  constructor(facts: TrainingFacts) {
    this.facts = facts;
  }

  /**
   * Adds an epoch; true where its accuracy on the test images is higher than any before. An epoch that was stopped
   * before it was judged is not compared.
   */
  add(epoch: EpochRecord): boolean {
    this.#epochs.push(epoch);
    const [judged, before] = [epoch, this.#best].map((each) => each?.metrics.valAccuracy !== undefined);
    const isBest = !this.#best || (judged === before ? quality(epoch) > quality(this.#best) : judged!);
    if (isBest) this.#best = epoch;
    return isBest;
  }

  get epochs(): readonly EpochRecord[] {
    return this.#epochs;
  }

  get last(): EpochRecord | undefined {
    return this.#epochs.at(-1);
  }

  get best(): EpochRecord | undefined {
    return this.#best;
  }

  /** Seconds of all epochs. */
  get seconds(): number {
    return this.#epochs.reduce((sum, { seconds }) => sum + seconds, 0);
  }

  /** Takes over the epochs before `epoch` (counted from 0) of an earlier `history.json`, where there is one. */
  async takeOver(path: string, epoch: number): Promise<void> {
    const text = await readFile(path, 'utf8').catch(() => undefined);
    for (const earlier of epochsOf(text)) if (earlier.epoch <= epoch) this.add(earlier);
  }

  /** The text of `history.json`: a number an epoch for each value under `history`. */
  toJson(): string {
    const names = [...new Set(this.#epochs.flatMap(({ metrics }) => Object.keys(metrics)))];
    const column = <T>(read: (epoch: EpochRecord) => T): T[] => this.#epochs.map(read);
    const history = Object.fromEntries(
      names.map((name) => [name, column(({ metrics }) => metrics[name] ?? null)]),
    );
    const value = {
      ...this.facts,
      epoch: column(({ epoch }) => epoch),
      history,
      seconds: column(({ seconds }) => seconds),
      imagesPerSecond: column(({ imagesPerSecond }) => imagesPerSecond),
      bestEpoch: this.#best?.epoch ?? null,
    };
    return `${JSON.stringify(value, null, 2)}\n`;
  }
}

/** Higher is better. */
const quality = ({ metrics }: EpochRecord): number =>
  metrics.valAccuracy ?? metrics.accuracy ?? -(metrics.valLoss ?? metrics.loss ?? Number.POSITIVE_INFINITY);

/** Epochs of the text of a `history.json`; none where it is something else. */
function epochsOf(text: string | undefined): EpochRecord[] {
  try {
    const { epoch, history, seconds, imagesPerSecond } = JSON.parse(text ?? '') as {
      epoch: number[];
      history: Record<string, (number | null)[]>;
      seconds: number[];
      imagesPerSecond: number[];
    };
    const records = epoch.map((number, k) => ({
      epoch: number,
      metrics: metricsAt(history, k),
      seconds: seconds[k]!,
      imagesPerSecond: imagesPerSecond[k]!,
    }));
    return records.every(({ metrics, ...rest }) => numbers(metrics) && numbers(rest)) ? records : [];
  } catch {
    return [];
  }
}

/** A value that is null was not measured in that epoch. */
const metricsAt = (
  history: Readonly<Record<string, readonly (number | null)[]>>,
  k: number,
): Readonly<Record<string, number>> =>
  Object.fromEntries(
    Object.entries(history).flatMap(([name, values]) => (values[k] === null ? [] : [[name, values[k]!]])),
  );

const numbers = (record: object): boolean =>
  Object.values(record).every((value) => typeof value === 'number');
