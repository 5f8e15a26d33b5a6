import { boolean, optional, readOptions, string } from '../nn/options.ts';
import type { Callback } from '../training/callback.ts';
import { EpochLines } from './epoch-lines.ts';

export interface JsonLoggerOptions {
  readonly filename: string;
  /** Keeps the lines that are there. A training that is resumed keeps those of the epochs before. Default false. */
  readonly append?: boolean;
}

/**
 * Writes a JSON object a line and epoch: `{"epoch":0,"loss":0.12,...}`, epochs from 0. The file is whole at any moment.
 * @throws {InvalidArgumentError} {FileError} from the training
 */
export function jsonLogger(options: JsonLoggerOptions): Callback {
  const rules = { filename: string, append: optional(boolean, false) };
  const { filename, append } = readOptions(options, rules, { call: 'callbacks.jsonLogger' });
  const file = new EpochLines(filename);
  return {
    async onTrainBegin(_, { resumed, initialEpoch }) {
      const isBefore = (line: string): boolean => !resumed || epochOf(line) < initialEpoch;
      await file.open(append || resumed ? isBefore : undefined);
    },
    async onEpochEnd(epoch, logs) {
      await file.add(JSON.stringify({ epoch, ...logs }));
    },
  };
}

/** Infinite for a line of something else, which is not kept. */
function epochOf(line: string): number {
  try {
    const { epoch } = JSON.parse(line) as { epoch?: unknown };
    return typeof epoch === 'number' ? epoch : Number.POSITIVE_INFINITY;
  } catch {
    return Number.POSITIVE_INFINITY;
  }
}
