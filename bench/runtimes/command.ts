import { parseArgs } from 'node:util';
import { namesIn, orHelp, positive } from '../arguments.ts';
import { type Case, cases } from '../cases.ts';
import { machine } from '../machine.ts';
import { alternate } from '../rounds.ts';
import { leastMs } from '../variants.ts';
import { type Pages, startPages } from './pages.ts';
import {
  labelOf,
  nodeVersions,
  type PeerRuntime,
  type Runtime,
  startNode,
  type Way,
  waysOfNode,
  waysOfPages,
} from './runtime.ts';
import { runtimeLines, strangers } from './runtimes-table.ts';
import { comparedSteps, type StepsReport } from './steps.ts';

const help = `npm run bench -- --runtimes [options]
A training step in Node 22, 24 and this one, with and without V8's wider vectors, with shared memory and without, and in
pages of Chromium with isolation and without: its time, and whether the weights after ${comparedSteps} steps are the same.

  --only NAMES   networks, comma-separated (default: all): ${Object.keys(cases).join(', ')}
  --rounds N     (default 3)
  --threads N    where memory is shared (default 2; one thread is measured too)
  --ways TEXTS   beginnings of names, such as "Node 26, 2;Chromium, 2" (default: all)
`;

/** The command `--runtimes`. */
export async function showRuntimes(args: readonly string[]): Promise<number> {
  let pages: Pages | undefined;
  try {
    return await orHelp(help, async () => {
      const { values } = parseArgs({
        args: [...args],
        options: {
          runtimes: { type: 'boolean' },
          only: { type: 'string', default: Object.keys(cases).join() },
          rounds: { type: 'string', default: '3' },
          threads: { type: 'string', default: '2' },
          ways: { type: 'string', default: '' },
          help: { type: 'boolean', default: false },
        },
      });
      if (values.help) {
        console.log(help);
        return 0;
      }
      const [rounds, threads] = [positive(values.rounds, '--rounds'), positive(values.threads, '--threads')];
      const names = namesIn(values.only, Object.keys(cases), '--only');
      const { processor, cores, load } = machine();
      const versions = nodeVersions();
      const parts = values.ways.split(';');
      const ways = [...waysOfNode([...versions.keys()], threads), ...waysOfPages(threads)].filter((way) =>
        parts.some((part) => labelOf(way).startsWith(part)),
      );
      if (ways.length === 0) throw new Error(`No runtime is named like ${values.ways}.`);
      pages = ways.some(({ runtime }) => runtime === 'Chromium') ? await startPages() : undefined;
      console.log(
        `${processor}, ${cores} cores, load ${load}; Node ${[...versions.keys()].join(', ')}` +
          `${pages ? `, Chromium ${pages.version}` : ''}`,
      );
      let differ = false;
      for (const name of names)
        differ = (await compareWays(cases[name]!, ways, versions, pages, rounds)) || differ;
      return differ ? 1 : 0;
    });
  } finally {
    await pages?.close();
  }
}

/** Prints the table of a network; true where weights differ. */
async function compareWays(
  entry: Case,
  ways: readonly Way[],
  versions: ReadonlyMap<number, string>,
  pages: Pages | undefined,
  rounds: number,
): Promise<boolean> {
  const processes: PeerRuntime[] = [];
  const start = async (way: Way): Promise<Runtime> => {
    if (way.runtime === 'Chromium') return pages!.open(way.shared);
    const executable = versions.get(Number(way.runtime.split(' ')[1]))!;
    const made = startNode(labelOf(way), executable, way.revectorize);
    processes.push(made);
    return made;
  };
  try {
    const weights: string[] = [];
    const contestants = [];
    for (const way of ways) {
      const runtime = await start(way);
      const { threads, shared } = way;
      const request = { network: entry.name, threads, shared };
      const report = await runtime.call<StepsReport>('prepare', request);
      checkReport(way, report);
      weights.push(report.weights);
      contestants.push({
        label: labelOf(way),
        turn: async () => [(await runtime.call<{ ms: number }>('time', { leastMs })).ms],
      });
    }
    const outcomes = await alternate(contestants, rounds);
    const results = ways.map((way, k) => ({ way, outcome: outcomes[k]!, weights: weights[k]! }));
    console.log(`\n${entry.name}, training step, batch ${entry.batch}`);
    console.log(runtimeLines(results, `Node ${[...versions.keys()].at(-1)}`).join('\n'));
    return strangers(results).length > 0;
  } finally {
    for (const process of processes) process.close();
  }
}

/** @throws {Error} where a runtime does not run as it was asked to */
function checkReport(way: Way, { threads, shared, revectorize }: StepsReport): void {
  if (threads === way.threads && shared === way.shared && revectorize === way.revectorize) return;
  throw new Error(
    `${labelOf(way)} runs on ${threads} threads, shared memory: ${shared}, revectorize: ${revectorize}.`,
  );
}
