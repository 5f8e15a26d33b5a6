import type { Dataset } from '../data/dataset.ts';
import type { TensorGroup } from '../data/field.ts';

/** What a training measured: a `History`, or the same with seconds. */
export interface TrainingHistory {
  /** Epochs, counted from 0. */
  readonly epoch: readonly number[];
  /** A number an epoch by name (`loss`, `valLoss`, ...); null where nothing was measured. */
  readonly history: Readonly<Record<string, readonly (number | null)[]>>;
  /** What each epoch took. */
  readonly seconds?: readonly number[];
}

/** Samples with targets that the training did not see. */
export type ReportData = Dataset | { readonly x: TensorGroup; readonly y: TensorGroup };

export interface ReportOptions {
  /** What was trained. Default: the name of the model and `dataName`. */
  readonly title?: string;
  /** What the data are called, such as `mnist`. Default: not said. */
  readonly dataName?: string;
  /** Names of the classes. Default: their numbers. */
  readonly classNames?: readonly string[];
  /**
   * [height, width, channels] in which a sample is drawn where the network reads it otherwise, such as an image as a
   * sequence. Default: the shape of the input, where that is one of an image.
   */
  readonly pictureShape?: readonly number[];
  /** Sample whose activations are drawn, counted from 0. Default 0. */
  readonly sample?: number;
  /** Samples that are judged at most, from the first on. Default 10,000. */
  readonly maxSamples?: number;
  /** Samples that the network was trained with. Default: not said. */
  readonly trainSamples?: number;
  /** Seed of the training. Default: that of the model's last training. */
  readonly seed?: number;
  /** Batch size, learning rate and whatever else the training was asked for, in the order of the report. Default: not said. */
  readonly settings?: Readonly<Record<string, string | number>>;
  /** What it ran on: processor, cores, versions. Default: not said. */
  readonly machine?: Readonly<Record<string, string | number>>;
  /** What to type to repeat the training. Default: not said. */
  readonly command?: string;
  /** True where the training went on from a saved model, which the command needs too. Default false. */
  readonly continued?: boolean;
  /** Version of Atrous that trained the model. Default: not said. */
  readonly version?: string;
  /** When the training ended. Default: no date. */
  readonly date?: Date;
  /** Ends the judging. Default none. */
  readonly signal?: AbortSignal;
}

export const optionNames: readonly (keyof ReportOptions)[] = [
  'title',
  'dataName',
  'classNames',
  'pictureShape',
  'sample',
  'maxSamples',
  'trainSamples',
  'seed',
  'settings',
  'machine',
  'command',
  'continued',
  'version',
  'date',
  'signal',
];

/** Values of a sample or of a layer's output for it. */
export interface SampleValues {
  readonly values: ArrayLike<number>;
  readonly shape: readonly number[];
}
