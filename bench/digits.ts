/**
 * Trains networks of digits with several seeds, as `atrous train` does, and prints the table of the README; usage: see
 * `help`.
 */
import { execFile } from 'node:child_process';
import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs, promisify } from 'node:util';
import { ensurePython, pythonVariables, root } from '../fixtures/python.ts';
import { networkCosts } from '../src/analysis/convolution-costs.ts';
import { InvalidArgumentError } from '../src/errors/index.ts';
import { digits, type Recipe, recipes, seed, seedTwoStep, standard, tiny } from '../src/zoo/index.ts';
import { positive } from './arguments.ts';
import { type Run, tableOfNetworks } from './digits-table.ts';
import { machine } from './machine.ts';
import { writeMarked } from './readme.ts';

const makers = { seed, 'seed-two-step': seedTwoStep, standard, digits, tiny } as const;
type NetworkName = keyof typeof makers;

/** The lines of the READMEs that stand above the table. */
const marks = {
  'README.md': 'The table that `npm run bench:networks` prints.',
  'bench/README.md': 'npm run bench -- --networks --readme',
} as const;

const help = `npm run bench -- --networks [--only LIST] [--seeds 5] [--threads 2] [--readme]
Trains networks with several seeds, and prints accuracy, costs and seconds: seed, seed-two-step and standard for ten epochs
with Adam, digits and tiny by their recipes.

  --only LIST     these networks, such as digits,tiny
  --data NAME     mnist or fashion-mnist (default mnist)
  --seeds N       trainings of each network (default 5)
  --epochs N      (default: those of the recipe, or 10)
  --threads N     (default 2)
  --keras         trains the same networks in Keras, from the files that Atrous writes: same first weights, augmentation,
                  optimizer and schedule
  --results FILE  keeps every training as a line of JSON, and takes those that are there already
  --readme        writes the table into README.md and bench/README.md
`;

interface Settings {
  readonly networks: readonly NetworkName[];
  readonly data: string;
  readonly seeds: number;
  readonly epochs: number | undefined;
  readonly threads: number;
  readonly keras: boolean;
  readonly results: string | undefined;
}

const recipeOf = (network: NetworkName): Recipe | undefined =>
  Object.hasOwn(recipes, network) ? recipes[network as keyof typeof recipes] : undefined;

interface EpochLine {
  readonly event: string;
  readonly valAccuracy: number;
  readonly seconds: number;
}

/** One training in a process of its own. */
async function train(
  network: NetworkName,
  ownSeed: number,
  settings: Settings,
  folder: string,
): Promise<Run> {
  const { data, threads, keras } = settings;
  const epochs = settings.epochs ?? recipeOf(network)?.epochs ?? 10;
  const out = join(folder, `${network}-${ownSeed}`);
  const args = ['--model', network, '--seed', String(ownSeed), '--out', out, '--epochs', String(epochs)];
  const model = makers[network]({ seed: ownSeed });
  const costs = networkCosts(model.network);
  let command: [file: string, args: string[], environment?: NodeJS.ProcessEnv];
  if (keras) {
    const path = join(folder, `${network}-${ownSeed}.keras`);
    const objective = {
      loss: 'sparseCategoricalCrossentropy',
      metrics: ['accuracy'],
      optimizer: 'adam',
    } as const;
    model.compile(recipeOf(network)?.compileOptions({ samples: 60_000, epochs }) ?? objective);
    await model.save(path);
    const script = join(root, 'bench/peers/keras_digits.py');
    const rest = [path, '--data', data, '--epochs', String(epochs), '--threads', String(threads)];
    command = [ensurePython(), [script, ...rest, '--seed', String(ownSeed)], pythonVariables()];
  } else {
    const main = join(root, 'src/cli/main.ts');
    command = [process.execPath, [main, 'train', data, ...args, '--threads', String(threads), '--json']];
  }
  model.dispose();
  const [file, own, env = process.env] = command;
  const { stdout } = await promisify(execFile)(file, own, { cwd: root, maxBuffer: 2 ** 26, env });
  const lines = stdout
    .trim()
    .split('\n')
    .flatMap((line) => (line.startsWith('{') ? [JSON.parse(line) as EpochLine] : []));
  const trained = lines.filter(({ event }) => event === 'epoch');
  if (trained.length !== epochs)
    throw new Error(`The training of ${network} gave no result: ${stdout.slice(-500)}`);
  const byEpoch = trained.map(({ valAccuracy, seconds }) => ({ accuracy: valAccuracy, seconds }));
  return { data, network: keras ? `${network}, Keras` : network, seed: ownSeed, epochs: byEpoch, costs };
}

/** Trainings that a file of results has. */
const readResults = (file: string | undefined): Run[] =>
  file !== undefined && existsSync(file)
    ? readFileSync(file, 'utf8')
        .trim()
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line) as Run)
    : [];

async function trainAll(settings: Settings): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'atrous-networks-'));
  try {
    const { processor, cores, node, load } = machine();
    const runs = readResults(settings.results);
    for (const network of settings.networks) {
      const name = settings.keras ? `${network}, Keras` : network;
      for (let number = 0; number < settings.seeds; number++) {
        const same = (run: Run): boolean =>
          run.network === name && run.data === settings.data && run.seed === number;
        if (runs.some(same)) continue;
        const run = await train(network, number, settings, folder);
        runs.push(run);
        if (settings.results !== undefined) appendFileSync(settings.results, `${JSON.stringify(run)}\n`);
        const { accuracy } = run.epochs.at(-1)!;
        const seconds = run.epochs.reduce((sum, epoch) => sum + epoch.seconds, 0);
        process.stderr.write(
          `${name}, seed ${number}: ${(100 * accuracy).toFixed(2)} %, ${seconds.toFixed(1)} s\n`,
        );
      }
    }
    console.log(tableOfNetworks(runs));
    console.log(
      `\n${settings.threads} threads, ${cores} cores (${processor}), Node ${node} with V8 revectorize, load before ${load}`,
    );
    return tableOfNetworks(runs);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function networksOf(list: string | undefined): NetworkName[] {
  const names = list?.split(',') ?? Object.keys(makers);
  const unknown = names.find((name) => !Object.hasOwn(makers, name));
  if (unknown === undefined) return names as NetworkName[];
  const expected = `networks among ${Object.keys(makers).join(', ')}`;
  throw new InvalidArgumentError({ argument: '--only', expected, received: unknown });
}

/** The command `--networks`. */
export async function trainDigits(args: readonly string[]): Promise<number> {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        networks: { type: 'boolean' },
        only: { type: 'string' },
        data: { type: 'string', default: 'mnist' },
        seeds: { type: 'string', default: '5' },
        epochs: { type: 'string' },
        threads: { type: 'string', default: '2' },
        keras: { type: 'boolean', default: false },
        results: { type: 'string' },
        readme: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    });
    if (values.help) {
      console.log(help);
      return 0;
    }
    const table = await trainAll({
      networks: networksOf(values.only),
      data: values.data,
      seeds: positive(values.seeds, '--seeds'),
      epochs: values.epochs === undefined ? undefined : positive(values.epochs, '--epochs'),
      threads: positive(values.threads, '--threads'),
      keras: values.keras,
      results: values.results,
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
