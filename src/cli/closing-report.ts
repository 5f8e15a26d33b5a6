import { basename } from 'node:path';
import type { CostComparison } from '../analysis/convolution-costs.ts';
import { costLines } from './cost-table.ts';
import { clock, percent } from './figures.ts';
import type { OutputFolder } from './output-folder.ts';
import type { PauseSummary } from './periodic-checkpoints.ts';
import type { TrainingRecord } from './training-record.ts';

export interface ClosingReport {
  readonly record: TrainingRecord;
  readonly costs: CostComparison;
  readonly folder: OutputFolder;
  /** True where a report was written. */
  readonly reported: boolean;
  /** The argument DATA as it was typed; undefined for a folder of pictures. */
  readonly data: string | undefined;
  /** How checkpoints held the training up, where some were written. */
  readonly pauses?: PauseSummary;
  /** How a person calls this program. */
  readonly self: string;
}

/** What stands at the end of a training: accuracy, costs, files, and what to type next. */
export function closingLines(report: ClosingReport): string[] {
  const { record, costs, folder, reported, data, pauses, self } = report;
  const next = (command: string, rest: string): string =>
    `  ${self} ${command} ${shellWord(folder.keras)}${rest}`;
  return [
    '',
    ...accuracyLines(record),
    ...(pauses ? [pauseLine(pauses)] : []),
    '',
    ...costLines(record.facts.network, costs),
    '',
    `Files in ${folder.path}:`,
    ...fileLines(record, folder, reported),
    '',
    'Next:',
    ...(data === undefined ? [] : [next('evaluate', data === 'mnist' ? '' : ` ${shellWord(data)}`)]),
    next('predict', ` --input ${shellWord(folder.sample)}`),
  ];
}

function pauseLine({ count, mean, longest }: PauseSummary): string {
  const one = `${count} checkpoint${count === 1 ? '' : 's'} in the middle of epochs`;
  return `${one}: each held the training up for ${mean.toFixed(1)} ms, at most ${longest.toFixed(1)} ms.`;
}

function accuracyLines({ last, best, seconds }: TrainingRecord): string[] {
  const accuracy = last?.metrics.valAccuracy;
  if (!last || accuracy === undefined) return [];
  const epochs = `${last.epoch} epoch${last.epoch === 1 ? '' : 's'}`;
  const time = seconds < 60 ? `${seconds.toFixed(1)} s` : clock(seconds);
  const highest =
    best && best.epoch !== last.epoch
      ? ` The best was ${percent(best.metrics.valAccuracy ?? accuracy)}, after epoch ${best.epoch}.`
      : '';
  return [`Test accuracy ${percent(accuracy)} after ${epochs} in ${time}.${highest}`];
}

function fileLines({ best }: TrainingRecord, folder: OutputFolder, reported: boolean): string[] {
  const files: (readonly [string, string])[] = [
    ...(reported ? ([[folder.report, 'what was learnt, in pictures: open it in a browser']] as const) : []),
    [folder.keras, 'the trained model, which Keras opens'],
    [folder.last, 'the same with the state of the optimizer, to go on from'],
    [folder.best, best ? `the state after epoch ${best.epoch}, the best on the test images` : ''],
    [folder.history, 'loss, accuracy and time of every epoch'],
    [folder.sample, 'ten test images to predict'],
  ];
  const names = files.map(([path]) => basename(path));
  const width = Math.max(...names.map((name) => name.length));
  return files.map(([, what], k) => `  ${names[k]!.padEnd(width)}  ${what}`);
}

/** A path as it can be typed in a shell. */
export const shellWord = (text: string): string =>
  /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
