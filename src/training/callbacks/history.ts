import { knownOptions } from '../../errors/index.ts';
import type { Callback } from '../callback.ts';
import type { Logs } from '../means.ts';

/** What `fit` returns: a number an epoch for each value. */
export class History implements Callback {
  readonly history: Record<string, number[]> = {};
  /** Epochs, counted from 0. */
  readonly epoch: number[] = [];

  /** @throws {InvalidArgumentError} for options: it has none */
  constructor(options: object = {}) {
    knownOptions(options, [], { call: 'callbacks.History' });
  }

  /** Keeps the values of an epoch. */
  onEpochEnd(epoch: number, logs: Logs): void {
    this.epoch.push(epoch);
    for (const [key, value] of Object.entries(logs)) {
      this.history[key] ??= [];
      this.history[key].push(value);
    }
  }
}
