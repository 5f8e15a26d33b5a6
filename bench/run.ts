import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Agreement, agreementOf } from './agreement.ts';
import { type Epoch, epochsOf } from './epochs.ts';
import { type Machine, machine } from './machine.ts';
import { help, type Options, readOptions } from './options.ts';
import { type Peers, startPeers } from './peers.ts';
import { table } from './table.ts';
import { type Timings, timingsOf } from './timing.ts';

interface CaseResult extends Timings {
  readonly name: string;
  readonly agreement: Agreement;
  readonly epochs: readonly Epoch[];
}

interface Result {
  readonly machine: Machine;
  readonly settings: {
    readonly batch: number;
    readonly threads: number;
    readonly rounds: number;
    readonly steps: number;
  };
  readonly peers: readonly { readonly label: string; readonly about: Readonly<Record<string, unknown>> }[];
  readonly missing: readonly string[];
  readonly cases: readonly CaseResult[];
}

async function runCases(peers: Peers, options: Options, folder: string): Promise<CaseResult[]> {
  const say = (text: string): void => {
    if (options.json) process.stderr.write(`${text}\n`);
    else console.log(text);
  };
  const results: CaseResult[] = [];
  for (const entry of options.cases) {
    const agreement = await agreementOf(peers, entry, options.batch, folder);
    say(
      `\n${entry.name}: equals Keras without dropout: losses of ${agreement.steps} steps to ` +
        `${agreement.lossDifference.toExponential(1)}, predictions to ${agreement.predictionDifference.toExponential(1)}`,
    );
    const timings = await timingsOf(peers, entry, options, folder);
    say(`${entry.name}: ${timings.parameters.toLocaleString('en')} parameters`);
    for (const timing of [timings.training, timings.predictMany, timings.predictOne])
      say(`${table(timing)}\n`);
    const epochs = options.epochs ? await epochsOf(peers, entry, options, folder) : [];
    for (const { label, seconds, loss } of epochs)
      say(`  one epoch of fit, ${label}: ${seconds.toFixed(1)} s, loss ${loss.toFixed(4)}`);
    results.push({ name: entry.name, ...timings, agreement, epochs });
  }
  return results;
}

function header({ machine: m, peers, missing, settings }: Omit<Result, 'cases'>): string {
  const about = peers.map(({ label, about: { ok: _, installed: __, ...rest } }) => {
    const settled = Object.entries(rest).map(([key, value]) => `${key} ${String(value) || 'none'}`);
    return `  ${label}: ${settled.join(', ')}`;
  });
  return [
    `${m.processor}, ${m.cores} cores, ${m.memoryGiB} GiB, ${m.system}, load ${m.load}; Node ${m.node}`,
    `batch ${settings.batch}, ${settings.threads} threads, ${settings.rounds} rounds of ${settings.steps} steps`,
    ...about,
    ...missing.map((name) => `  ${name} is not installed (npm run bench:setup)`),
  ].join('\n');
}

async function main(): Promise<number> {
  let options: Options | undefined;
  try {
    options = readOptions(process.argv.slice(2));
  } catch (error) {
    console.error(`${(error as Error).message}\n\n${help}`);
    return 2;
  }
  if (options === undefined) {
    console.log(help);
    return 0;
  }
  const folder = mkdtempSync(join(tmpdir(), 'atrous-bench-'));
  let peers: Peers | undefined;
  try {
    const { batch, threads, rounds, steps } = options;
    const about = machine();
    peers = await startPeers(options, folder);
    const taking = [...peers.atrous, ...peers.keras, peers.onnxruntime, peers.jax];
    const setup = {
      machine: about,
      settings: { batch, threads, rounds, steps },
      peers: taking.flatMap((peer) => (peer ? [{ label: peer.label, about: peer.about }] : [])),
      missing: peers.missing,
    };
    if (!options.json) console.log(header(setup));
    const result: Result = { ...setup, cases: await runCases(peers, options, folder) };
    if (options.json) console.log(JSON.stringify(result, null, 1));
    return 0;
  } catch (error) {
    console.error((error as Error).message);
    return 1;
  } finally {
    peers?.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

process.exitCode = await main();
