import type { Callback } from './callback.ts';
import type { Logs } from './means.ts';

/** A line for each epoch: `Epoch 2/10  3.4 s  loss 0.1234  accuracy 0.9876`. */
export function epochLines(epochs: number, write: (line: string) => void): Callback {
  let started = 0;
  return {
    onEpochBegin() {
      started = performance.now();
    },
    onEpochEnd(epoch, logs) {
      const seconds = ((performance.now() - started) / 1000).toFixed(1);
      write(`Epoch ${epoch + 1}/${epochs}  ${seconds} s  ${showLogs(logs)}`);
    },
  };
}

/** `loss 0.1234  accuracy 0.9876`. */
export const showLogs = (logs: Logs): string =>
  Object.entries(logs)
    .map(
      ([key, value]) =>
        `${key} ${Math.abs(value) >= 1e-3 || value === 0 ? value.toFixed(4) : value.toExponential(3)}`,
    )
    .join('  ');
