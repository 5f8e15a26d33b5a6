import { join } from 'node:path';
import { root } from '../fixtures/python.ts';
import { type Agreement, type Agreements, agreementOf, agreementSteps } from './agreement.ts';
import type { Case } from './cases.ts';
import { type Epoch, epochsOf } from './epochs.ts';
import { type Machine, machine } from './machine.ts';
import { multiplyAddsOf, parametersOf } from './networks/costs.ts';
import type { Options } from './options.ts';
import { type Peers, startPeers } from './peers.ts';
import { writeMarked } from './readme.ts';
import { markdownTable, table } from './table.ts';
import { type Timing, timingsOf } from './timing.ts';

export interface CaseResult {
  readonly name: string;
  readonly parameters: number;
  readonly multiplyAdds: number;
  readonly batch: number;
  readonly agreement: Agreements;
  readonly timings: readonly Timing[];
  readonly epochs: readonly Epoch[];
}

interface Setup {
  readonly machine: Machine;
  readonly threads: number;
  readonly rounds: number;
  readonly steps: number;
  readonly peers: readonly { readonly label: string; readonly about: Readonly<Record<string, unknown>> }[];
  readonly missing: readonly string[];
}

/** Times networks beside all peers that are installed. */
export async function compare(options: Options, folder: string): Promise<void> {
  const say = (text: string): void => {
    if (options.json) process.stderr.write(`${text}\n`);
    else console.log(text);
  };
  const about = machine();
  const peers = await startPeers(options.threads, options.without);
  try {
    const { threads, rounds, steps } = options;
    const taking = [...peers.atrous, ...peers.keras, ...peers.others];
    const setup: Setup = {
      machine: about,
      threads,
      rounds,
      steps,
      peers: taking.map(({ label, about: own }) => ({ label, about: own })),
      missing: peers.missing,
    };
    say(header(setup));
    const results: CaseResult[] = [];
    for (const entry of options.cases) results.push(await compareCase(peers, entry, options, folder, say));
    if (options.json) console.log(JSON.stringify({ ...setup, cases: results }, null, 1));
    if (options.readme)
      writeMarked(join(root, 'bench/README.md'), 'npm run bench -- --readme', markdownTable(results, about));
  } finally {
    peers.close();
  }
}

async function compareCase(
  peers: Peers,
  entry: Case,
  options: Options,
  folder: string,
  say: (text: string) => void,
): Promise<CaseResult> {
  const { rounds, steps, admits } = options;
  const batch = options.batch ?? entry.batch;
  const network = entry.network(0);
  const parameters = parametersOf(network);
  const multiplyAdds = multiplyAddsOf(network);
  say(
    `\n${entry.name}: ${parameters.toLocaleString('en')} parameters, ` +
      `${multiplyAdds.toLocaleString('en')} multiply-adds a sample`,
  );
  const agreement = await agreementOf(peers, network, { batch, folder });
  for (const one of agreement.adam) say(`  ${agreementLine(one)}`);
  for (const one of agreement.sgd) say(`  gradient descent: ${agreementLine(one)}`);
  if (options.check)
    return { name: entry.name, parameters, multiplyAdds, batch, agreement, timings: [], epochs: [] };
  const timings = await timingsOf(peers, entry, { batch, rounds, steps, folder, admits });
  for (const timing of timings) say(`${table(timing)}\n`);
  const epochs = options.epochs ? await epochsOf(peers, entry, batch, folder) : [];
  for (const { label, seconds, loss } of epochs)
    say(`  one epoch of fit, ${label}: ${seconds.toFixed(1)} s, loss ${loss.toFixed(4)}`);
  return { name: entry.name, parameters, multiplyAdds, batch, agreement, timings, epochs };
}

function agreementLine({
  label,
  parameters,
  lossDifference,
  predictionDifference,
  failure,
}: Agreement): string {
  if (failure !== undefined) return `${label}: ${failure}`;
  const losses =
    lossDifference === undefined
      ? ''
      : `, losses of ${agreementSteps} steps to ${lossDifference.toExponential(1)}`;
  const count = parameters === undefined ? '' : `, ${parameters.toLocaleString('en')} parameters`;
  return `${label} and Keras: predictions to ${predictionDifference.toExponential(1)}${losses}${count}`;
}

function header({ machine: m, threads, rounds, steps, peers, missing }: Setup): string {
  const about = peers.map(({ label, about: { ok: _, installed: __, ...rest } }) => {
    const settled = Object.entries(rest).map(([key, value]) => `${key} ${String(value) || 'none'}`);
    return `  ${label}: ${settled.join(', ')}`;
  });
  return [
    `${m.processor}, ${m.cores} cores, ${m.memoryGiB} GiB, ${m.system}, load ${m.load}; Node ${m.node}`,
    `${threads} threads, ${rounds} rounds of ${steps} steps or more`,
    ...about,
    ...missing.map((name) => `  ${name} is not installed (npm run bench:setup -- --all)`),
  ].join('\n');
}
