/**
 * Trains the three networks of digits with several seeds, as `atrous train mnist` does, and prints the table of the
 * README; usage: see `help`.
 */
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs, promisify } from 'node:util';
import { root } from '../fixtures/python.ts';
import type { CostReport } from '../src/analysis/convolution-costs.ts';
import { positive } from './arguments.ts';
import { type Run, tableOfNetworks } from './digits-table.ts';
import { machine } from './machine.ts';
import { writeMarked } from './readme.ts';

const networks = ['seed', 'seed-two-step', 'standard'] as const;

/** The lines of the READMEs that stand above the table. */
const marks = {
  'README.md': 'The table that `npm run bench:networks` prints.',
  'bench/README.md': 'npm run bench -- --networks --readme',
} as const;

const help = `npm run bench -- --networks [--seeds 3] [--epochs 10] [--threads 2] [--readme]
Trains seed, seed-two-step and standard on MNIST with several seeds, and prints accuracy, costs and seconds.

  --seeds N    trainings of each network (default 3)
  --epochs N   (default 10)
  --threads N  (default 2)
  --readme     writes the table into README.md and bench/README.md
`;

interface Settings {
  readonly seeds: number;
  readonly epochs: number;
  readonly threads: number;
}

/** One training in a process of its own. */
async function train(
  network: string,
  seed: number,
  { epochs, threads }: Settings,
  folder: string,
): Promise<Run> {
  const args = ['--model', network, '--seed', String(seed), '--out', join(folder, `${network}-${seed}`)];
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [
      join(root, 'src/cli/main.ts'),
      ...['train', 'mnist', ...args, '--epochs', String(epochs), '--threads', String(threads), '--json'],
    ],
    { cwd: root, maxBuffer: 2 ** 26 },
  );
  const end = JSON.parse(stdout.trim().split('\n').at(-1)!) as {
    readonly event: string;
    readonly valAccuracy: number;
    readonly seconds: number;
    readonly costs: CostReport;
  };
  if (end.event !== 'end')
    throw new Error(`The training of ${network} gave no result: ${stdout.slice(-500)}`);
  return { network, seed, accuracy: end.valAccuracy, seconds: end.seconds, costs: end.costs };
}

async function trainAll(settings: Settings): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'atrous-networks-'));
  try {
    const { processor, cores, node, load } = machine();
    const runs: Run[] = [];
    for (const network of networks) {
      for (let seed = 0; seed < settings.seeds; seed++) {
        const run = await train(network, seed, settings, folder);
        runs.push(run);
        const accuracy = (100 * run.accuracy).toFixed(2);
        process.stderr.write(`${network}, seed ${seed}: ${accuracy} %, ${run.seconds.toFixed(1)} s\n`);
      }
    }
    console.log(tableOfNetworks(runs));
    console.log(
      `\n${settings.epochs} epochs, ${settings.threads} threads, ${cores} cores (${processor}), Node ${node} with V8 revectorize, load before ${load}`,
    );
    return tableOfNetworks(runs);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The command `--networks`. */
export async function trainDigits(args: readonly string[]): Promise<number> {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        networks: { type: 'boolean' },
        seeds: { type: 'string', default: '3' },
        epochs: { type: 'string', default: '10' },
        threads: { type: 'string', default: '2' },
        readme: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    });
    if (values.help) {
      console.log(help);
      return 0;
    }
    const table = await trainAll({
      seeds: positive(values.seeds, '--seeds'),
      epochs: positive(values.epochs, '--epochs'),
      threads: positive(values.threads, '--threads'),
    });
    if (values.readme)
      for (const [file, mark] of Object.entries(marks)) writeMarked(join(root, file), mark, table);
    return 0;
  } catch (error) {
    console.error((error as Error).message);
    return 1;
  }
}

if (import.meta.main) process.exitCode = await trainDigits(process.argv.slice(2));
