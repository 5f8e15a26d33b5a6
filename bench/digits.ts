/**
 * Trains the three networks of digits with several seeds, as `atrous train mnist` does, and prints the table of the
 * README.
 * usage: node bench/digits.ts [--seeds 3] [--epochs 10] [--threads 2]
 */
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs, promisify } from 'node:util';
import type { CostReport } from '../src/analysis/convolution-costs.ts';
import { type Run, tableOfNetworks } from './digits-table.ts';
import { machine } from './machine.ts';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const networks = ['seed', 'seed-two-step', 'standard'] as const;

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '3' },
    epochs: { type: 'string', default: '10' },
    threads: { type: 'string', default: '2' },
  },
});

/** One training in a process of its own. */
async function train(network: string, seed: number, folder: string): Promise<Run> {
  const args = ['--model', network, '--seed', String(seed), '--out', join(folder, `${network}-${seed}`)];
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [
      join(root, 'src/cli/main.ts'),
      ...['train', 'mnist', ...args, '--epochs', values.epochs, '--threads', values.threads, '--json'],
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

const folder = mkdtempSync(join(tmpdir(), 'atrous-networks-'));
try {
  const { processor, cores, node, load } = machine();
  const runs: Run[] = [];
  for (const network of networks) {
    for (let seed = 0; seed < Number(values.seeds); seed++) {
      const run = await train(network, seed, folder);
      runs.push(run);
      const accuracy = (100 * run.accuracy).toFixed(2);
      process.stderr.write(`${network}, seed ${seed}: ${accuracy} %, ${run.seconds.toFixed(1)} s\n`);
    }
  }
  console.log(tableOfNetworks(runs));
  console.log(
    `\n${values.epochs} epochs, ${values.threads} threads, ${cores} cores (${processor}), Node ${node} with V8 revectorize, load before ${load}`,
  );
} finally {
  rmSync(folder, { recursive: true, force: true });
}
