/**
 * A process that makes models one after another, trains each one step and lets it go, and prints a line of JSON now and
 * then: what the process holds after a collection. Arguments: how many, every how many, `dispose` or `drop`.
 */
import { readFileSync } from 'node:fs';
import { configure } from '../../src/index.ts';
import { cases } from '../cases.ts';
import { atrousModel } from '../peers/atrous-network.ts';
import { plainData } from '../plain-data.ts';

/** What a process holds after so many models. */
export interface Holding {
  readonly models: number;
  /** Resident bytes. */
  readonly resident: number;
  /** Undefined where the system does not tell. */
  readonly threads: number | undefined;
}

const batch = 32;

async function live(dispose: boolean): Promise<void> {
  const network = cases['seed-2']!.network(0.5);
  const model = atrousModel(network, { threads: 2 });
  model.compile({ optimizer: 'adam', loss: 'sparseCategoricalCrossentropy', metrics: ['accuracy'] });
  const { x, y } = plainData(network, batch);
  await model.fit(x, y, { batchSize: batch, verbose: 0 });
  if (dispose) model.dispose();
}

function holding(models: number): Holding {
  const { resident, threads } = fromSystem();
  return { models, resident, threads };
}

function fromSystem(): { resident: number; threads: number | undefined } {
  if (process.platform !== 'linux') return { resident: process.memoryUsage().rss, threads: undefined };
  const text = readFileSync('/proc/self/status', 'utf8');
  const field = (name: string): number => Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(text)![1]);
  return { resident: 1024 * field('VmRSS'), threads: field('Threads') };
}

if (import.meta.main) {
  const [count, every, way] = process.argv.slice(2);
  configure({ threads: 2 });
  for (let models = 1; models <= Number(count); models++) {
    await live(way === 'dispose');
    if (models % Number(every) > 0) continue;
    // What a finaliser holds goes with the next collection.
    for (let turn = 0; turn < 3; turn++) {
      globalThis.gc!();
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    console.log(JSON.stringify(holding(models)));
  }
}
