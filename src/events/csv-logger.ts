import { boolean, optional, readOptions, string } from '../nn/options.ts';
import type { Callback } from '../training/callback.ts';
import { EpochLines } from './epoch-lines.ts';

export interface CsvLoggerOptions {
  readonly filename: string;
  /** Default `,`. */
  readonly separator?: string;
  /** Keeps the lines that are there. A training that is resumed keeps those of the epochs before. Default false. */
  readonly append?: boolean;
}

/**
 * Writes a line an epoch, as Keras's CSVLogger does: the epoch (from 0) and the logs in the order of their names, `NA`
 * where an epoch has no value. The file is whole at any moment.
 * @throws {InvalidArgumentError} {FileError} from the training
 */
export function csvLogger(options: CsvLoggerOptions): Callback {
  const rules = { filename: string, separator: optional(string, ','), append: optional(boolean, false) };
  const { filename, separator, append } = readOptions(options, rules, { call: 'callbacks.csvLogger' });
  const file = new EpochLines(filename);
  let keys: readonly string[] | undefined;
  return {
    async onTrainBegin(_, { resumed, initialEpoch }) {
      const isBefore = (line: string, k: number): boolean =>
        k === 0 || !resumed || Number(line.split(separator)[0]) < initialEpoch;
      await file.open(append || resumed ? isBefore : undefined);
      keys = file.lines[0]?.split(separator).slice(1);
    },
    async onEpochEnd(epoch, logs) {
      const header: string[] = [];
      if (!keys) {
        keys = Object.keys(logs).sort();
        header.push(['epoch', ...keys].join(separator));
      }
      const values = keys.map((key) => (logs[key] === undefined ? 'NA' : String(logs[key])));
      await file.add(...header, [epoch, ...values].join(separator));
    },
  };
}
