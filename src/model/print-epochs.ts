import type { Callback } from '../training/callback.ts';
import { epochLines } from '../training/progress.ts';

/** Prints a line for each epoch, as `verbose` asks for. */
export const printEpochs = (epochs: number): Callback =>
  // biome-ignore lint/suspicious/noConsole: the caller asked for output, and `verbose: 0` switches it off.
  epochLines(epochs, (line) => console.log(line));
