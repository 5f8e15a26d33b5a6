import { parseArgs } from 'node:util';
import { type Case, cases } from './cases.ts';

export const help: string = `npm run bench -- [options]
Times a training step and prediction beside Keras/TensorFlow, onnxruntime-node and jax-js (npm run bench:setup).

  --only NAMES     cases, comma-separated: ${Object.keys(cases).join(', ')} (default: ${defaultNames().join(',')})
  --rounds N       turns that each contestant takes (default 15)
  --steps N        training steps a turn (default 10)
  --batch-size N   (default 128)
  --threads N      for every contestant (default 2)
  --without NAMES  peers to leave out, comma-separated: onnxruntime, jax
  --epochs         also one full epoch of fit: Keras and Atrous for each case
  --json           the result as JSON on standard output, progress on standard error
  --help

Example: npm run bench -- --only seed-2 --rounds 30
`;

export interface Options {
  readonly cases: readonly Case[];
  readonly rounds: number;
  readonly steps: number;
  readonly batch: number;
  readonly threads: number;
  readonly without: ReadonlySet<string>;
  readonly epochs: boolean;
  readonly json: boolean;
}

function defaultNames(): string[] {
  return Object.values(cases)
    .filter((entry) => entry.always)
    .map((entry) => entry.name);
}

/**
 * Reads the command line; undefined stands for `--help`.
 * @throws {Error} for a flag, a case or a number that does not exist or fit
 */
export function readOptions(args: readonly string[]): Options | undefined {
  const { values } = parseArgs({
    args: [...args],
    options: {
      only: { type: 'string' },
      rounds: { type: 'string', default: '15' },
      steps: { type: 'string', default: '10' },
      'batch-size': { type: 'string', default: '128' },
      threads: { type: 'string', default: '2' },
      without: { type: 'string', default: '' },
      epochs: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return undefined;
  const names = values.only?.split(',') ?? defaultNames();
  const without = values.without.split(',').filter((name) => name !== '');
  for (const name of without) oneOf(name, ['onnxruntime', 'jax'], '--without');
  return {
    cases: names.map((name) => cases[oneOf(name, Object.keys(cases), '--only')]!),
    rounds: positive(values.rounds, '--rounds'),
    steps: positive(values.steps, '--steps'),
    batch: positive(values['batch-size'], '--batch-size'),
    threads: positive(values.threads, '--threads'),
    without: new Set(without),
    epochs: values.epochs,
    json: values.json,
  };
}

function positive(text: string, flag: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 1)
    throw new Error(`Invalid value for ${flag}. Expected a positive integer. Received: ${text}.`);
  return value;
}

function oneOf(name: string, known: readonly string[], flag: string): string {
  if (known.includes(name)) return name;
  throw new Error(`Invalid value for ${flag}. Expected one of ${known.join(', ')}. Received: ${name}.`);
}
