import type { NetworkDescription } from './networks/description.ts';
import { seed, standard } from './networks/digits.ts';
import { dsCnn } from './networks/ds-cnn.ts';
import { mobileNetV2 } from './networks/mobile-net-v2.ts';
import { tcn } from './networks/tcn.ts';

/** A network that is timed. */
export interface Case {
  readonly name: string;
  /** The network; `dropout` is its rate where it has any. */
  network(dropout: number): NetworkDescription;
  /** Samples of a training step, and of the larger prediction. */
  readonly batch: number;
}

const list: readonly Case[] = [
  { name: 'seed-2', network: (dropout) => seed(2, dropout), batch: 128 },
  { name: 'seed-1', network: (dropout) => seed(1, dropout), batch: 128 },
  { name: 'seed-8', network: (dropout) => seed(8, dropout), batch: 128 },
  { name: 'standard', network: standard, batch: 128 },
  { name: 'ds-cnn', network: dsCnn, batch: 100 },
  { name: 'tcn', network: tcn, batch: 64 },
  { name: 'mobilenet-v2', network: mobileNetV2, batch: 32 },
];

export const cases: Readonly<Record<string, Case>> = Object.fromEntries(
  list.map((entry) => [entry.name, entry]),
);
