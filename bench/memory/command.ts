import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs, promisify } from 'node:util';
import { namesIn, orHelp, positive } from '../arguments.ts';
import { type Case, cases } from '../cases.ts';
import { machine } from '../machine.ts';
import { atrousModel } from '../peers/atrous-network.ts';
import { plainData } from '../plain-data.ts';
import { breakdownOf } from './breakdown.ts';
import { breakdownLines, growth } from './memory-table.ts';
import { recordMemories } from './recorded-memory.ts';
import type { Holding } from './short-lived.ts';

/** What a model may take, in bytes. */
const goals: Readonly<Record<string, { readonly batch: number; readonly bytes: number }>> = {
  'seed-2': { batch: 1024, bytes: 64e6 },
  'mobilenet-v2': { batch: 32, bytes: 110e6 },
};

const help = `npm run bench -- --memory [options]
The bytes of a model's WebAssembly memory after four training steps, and what they are for; then what a process holds
while models are made, trained one step and let go.

  --only NAMES     networks, comma-separated (default: ${Object.keys(goals).join(',')}; - for none)
  --batch-size N   (default: ${Object.entries(goals)
    .map(([name, { batch }]) => `${name} ${batch}`)
    .join(', ')}, else that of the network)
  --threads N      (default 2)
  --models N       models that live for one step (default 1000; 0: none)
`;

/** The command `--memory`. */
export function showMemory(args: readonly string[]): Promise<number> {
  return orHelp(help, async () => {
    const { values } = parseArgs({
      args: [...args],
      options: {
        memory: { type: 'boolean' },
        only: { type: 'string', default: Object.keys(goals).join() },
        'batch-size': { type: 'string' },
        threads: { type: 'string', default: '2' },
        models: { type: 'string', default: '1000' },
        help: { type: 'boolean', default: false },
      },
    });
    if (values.help) {
      console.log(help);
      return 0;
    }
    const threads = positive(values.threads, '--threads');
    const given =
      values['batch-size'] === undefined ? undefined : positive(values['batch-size'], '--batch-size');
    const names = values.only === '-' ? [] : namesIn(values.only, Object.keys(cases), '--only');
    const models = values.models === '0' ? 0 : positive(values.models, '--models');
    const { processor, load, node } = machine();
    console.log(`${processor}, load ${load}, Node ${node}`);
    for (const name of names) {
      const entry = cases[name]!;
      await showModel(entry, given ?? goals[name]?.batch ?? entry.batch, threads);
    }
    if (models > 0) for (const way of ['dispose', 'drop'] as const) await showShortLived(models, way);
    return 0;
  });
}

async function showModel(entry: Case, batch: number, threads: number): Promise<void> {
  const network = entry.network(0.5);
  const bytes = await trainedBytes(entry, batch, threads);
  const goal = goals[entry.name];
  const against = goal?.batch === batch ? ` (goal: under ${goal.bytes / 1e6} MB)` : '';
  console.log(
    `\n${entry.name}, batch ${batch}, ${threads} threads: ${(bytes / 1e6).toFixed(1)} MB after four steps${against}`,
  );
  console.log(breakdownLines(breakdownOf(network, batch, threads)).join('\n'));
}

/** Bytes of the memory of a model whose steps in flight had all their slots. */
async function trainedBytes(entry: Case, batch: number, threads: number): Promise<number> {
  const network = entry.network(0.5);
  let bytes = 0;
  await recordMemories(async (memories) => {
    const model = atrousModel(network, { threads });
    model.compile({ optimizer: 'adam', loss: 'sparseCategoricalCrossentropy', metrics: ['accuracy'] });
    const { x, y } = plainData(network, 4 * batch);
    await model.fit(x, y, { batchSize: batch, epochs: 1, verbose: 0 });
    bytes = memories.reduce((sum, memory) => sum + memory.buffer.byteLength, 0);
    model.dispose();
  });
  return bytes;
}

async function showShortLived(models: number, way: 'dispose' | 'drop'): Promise<void> {
  const script = fileURLToPath(new URL('short-lived.ts', import.meta.url));
  const every = Math.max(1, Math.floor(models / 10));
  const args = ['--no-warnings', '--expose-gc', script, String(models), String(every), way];
  const { stdout } = await promisify(execFile)(process.execPath, args);
  const holdings = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Holding);
  const title = way === 'dispose' ? 'disposed of' : 'dropped without dispose';
  console.log(`\n${models} models, each trained one step and ${title}:`);
  for (const { models: count, resident, threads } of holdings)
    console.log(
      `  ${String(count).padStart(6)}  ${(resident / 1e6).toFixed(0).padStart(5)} MB resident${threads === undefined ? '' : `, ${threads} threads`}`,
    );
  const { bytes, threads } = growth(holdings);
  console.log(`  from the first line to the last: ${(bytes / 1e6).toFixed(0)} MB, ${threads} threads`);
}
