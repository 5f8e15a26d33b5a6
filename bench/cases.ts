import type { NetworkName } from './peers/networks.ts';

/** A network that is timed. */
export interface Case {
  readonly name: string;
  readonly network: NetworkName;
  readonly dilation: number;
  /** Whether the bench runs it unless `--only` says otherwise. */
  readonly always: boolean;
  /**
   * Whether every peer has it as code of its own; the others reach Keras as a file that Atrous saves, and no other
   * peer.
   */
  readonly everywhere: boolean;
}

const digits = (network: NetworkName, dilation: number, name: string): Case => ({
  name,
  network,
  dilation,
  always: true,
  everywhere: true,
});

export const cases: Readonly<Record<string, Case>> = Object.fromEntries(
  [
    digits('seed', 2, 'seed-2'),
    digits('seed', 1, 'seed-1'),
    digits('seed', 4, 'seed-4'),
    digits('standard', 1, 'standard'),
    { name: 'residual', network: 'residual' as const, dilation: 1, always: false, everywhere: false },
    { name: 'tcn', network: 'tcn' as const, dilation: 1, always: false, everywhere: false },
  ].map((entry) => [entry.name, entry]),
);
