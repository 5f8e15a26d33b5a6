import { parseArgs } from 'node:util';
import { namesIn, positive } from './arguments.ts';
import { type Case, cases } from './cases.ts';
import { optionalPeers } from './peers.ts';

/** Ways to work that take minutes to compile. */
const slowWays = { xla: 'XLA', compile: 'compile' } as const;

export const help: string = `npm run bench -- [options]
Times a training step and prediction beside other engines (npm run bench:setup -- --all).

  --only NAMES     networks, comma-separated (default: all): ${Object.keys(cases).join(', ')}
  --rounds N       turns that each contestant takes (default 15)
  --steps N        training steps a turn, at least (default 10; a turn takes at least 250 ms)
  --batch-size N   (default: that of the network)
  --threads N      for every contestant (default 2)
  --without NAMES  peers to leave out, comma-separated: ${optionalPeers.join(', ')};
                   or the ways ${Object.keys(slowWays).join(', ')}, which take long to compile
  --check          compares losses, predictions and parameters with Keras, and times nothing
  --epochs         also one full epoch of fit on digits: Keras and Atrous
  --readme         writes the table into bench/README.md
  --json           the result as JSON on standard output, progress on standard error
  --help

Instead of that, with --help for their options:
  --networks         trains the networks of the README and makes its table
  --kernels NETWORK  every kernel of a training step, and a roofline
  --random SEED      networks that nobody chose
  --memory           bytes of a model, and of many that live for one step
  --start            fit called to first step, stage by stage, and the size of the code
  --scaling          1 to 8 threads, a timer beside them, and more cores on paper
  --runtimes         versions of Node and pages of Chromium: speed and bits
  --page             frames of the page of examples/web while it trains
  --pictures         cost against batch, channels, dilation and threads

Example: npm run bench -- --only seed-2 --rounds 30
`;

export interface Options {
  readonly cases: readonly Case[];
  readonly rounds: number;
  readonly steps: number;
  readonly batch: number | undefined;
  readonly threads: number;
  readonly without: ReadonlySet<string>;
  /** Whether a way to work takes part, by its label. */
  readonly admits: (label: string) => boolean;
  readonly check: boolean;
  readonly epochs: boolean;
  readonly readme: boolean;
  readonly json: boolean;
}

/**
 * Reads the command line; undefined stands for `--help`.
 * @throws {Error} for a flag, a network or a number that does not exist or fit
 */
export function readOptions(args: readonly string[]): Options | undefined {
  const { values } = parseArgs({
    args: [...args],
    options: {
      only: { type: 'string', default: Object.keys(cases).join() },
      rounds: { type: 'string', default: '15' },
      steps: { type: 'string', default: '10' },
      'batch-size': { type: 'string' },
      threads: { type: 'string', default: '2' },
      without: { type: 'string', default: '' },
      check: { type: 'boolean', default: false },
      epochs: { type: 'boolean', default: false },
      readme: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return undefined;
  const known = [...optionalPeers, ...Object.keys(slowWays)];
  const without = new Set(namesIn(values.without, known, '--without'));
  const refused = Object.entries(slowWays).flatMap(([name, word]) => (without.has(name) ? [word] : []));
  return {
    cases: namesIn(values.only, Object.keys(cases), '--only').map((name) => cases[name]!),
    rounds: positive(values.rounds, '--rounds'),
    steps: positive(values.steps, '--steps'),
    batch: values['batch-size'] === undefined ? undefined : positive(values['batch-size'], '--batch-size'),
    threads: positive(values.threads, '--threads'),
    without,
    admits: (label) => !refused.some((word) => label.includes(word)),
    check: values.check,
    epochs: values.epochs,
    readme: values.readme,
    json: values.json,
  };
}
