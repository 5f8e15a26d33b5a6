import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { KindName } from './kinds.ts';
import type { NetworkReport } from './report.ts';

const script = (name: string): string => fileURLToPath(new URL(name, import.meta.url));
const pinnedNode = script('../../node_modules/.bin/node');
const ownNode = existsSync(pinnedNode) ? pinnedNode : process.execPath;
const flag = '--experimental-wasm-revectorize';

/** Runs a script of this folder where only the optimising tier compiles; gives undefined, or how it ended badly. */
export function runScript(
  name: string,
  args: readonly string[],
  revectorize: boolean,
  onLine: (line: string) => void,
  node: string = ownNode,
): Promise<string | undefined> {
  const flags = ['--no-warnings', '--no-liftoff', ...(revectorize ? [flag] : [])];
  return new Promise((resolve, reject) => {
    const child = spawn(node, [...flags, script(name), ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
    let rest = '';
    let errors = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      const parts = (rest + text).split('\n');
      rest = parts.pop()!;
      parts.forEach(onLine);
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      errors += text;
    });
    child.on('error', reject);
    child.on('close', (code, signal) => {
      resolve(code === 0 ? undefined : `the process ended with ${code ?? signal} ${errors.slice(-2000)}`);
    });
  });
}

export interface Work {
  readonly kind: KindName;
  readonly which: 'rotated' | 'all';
  readonly seeds: readonly number[];
  /** Modes of V8. Default: both. */
  readonly modes?: readonly boolean[];
  /** Networks of a process. Default: 75 small ones or 8 wide ones. */
  readonly batch?: number;
  readonly onReport?: (report: NetworkReport) => void;
}

/** Runs networks in processes of each mode, two at a time; gives the reports of all. */
export async function runNetworks(work: Work): Promise<NetworkReport[]> {
  const { kind, which, seeds, modes = [false, true], batch = kind === 'small' ? 75 : 8, onReport } = work;
  const jobs: { revectorize: boolean; seeds: readonly number[] }[] = [];
  for (let k = 0; k < seeds.length; k += batch)
    for (const revectorize of modes) jobs.push({ revectorize, seeds: seeds.slice(k, k + batch) });
  const reports: NetworkReport[] = [];
  const take = (report: NetworkReport): void => {
    reports.push(report);
    onReport?.(report);
  };
  const worker = async (): Promise<void> => {
    for (let job = jobs.shift(); job; job = jobs.shift()) {
      const { revectorize } = job;
      let left = job.seeds;
      while (left.length > 0) {
        let done = 0;
        const args = [kind, which, ...left.map(String)];
        const end = await runScript('run.ts', args, revectorize, (line) => {
          take(JSON.parse(line) as NetworkReport);
          done++;
        });
        if (end === undefined) break;
        // the seed that ended the process has failed; the others go on
        const seed = left[done] ?? left.at(-1)!;
        const description = `seed ${seed}${revectorize ? ' with revectorize' : ''}`;
        take({ kind, seed, description, combinations: 0, derivatives: 0, finite: true, failures: [end] });
        left = left.slice(done + 1);
      }
    }
  };
  await Promise.all([worker(), worker()]);
  return reports;
}

/** Failures as text, each with what repeats it. */
export function describeFailures(reports: readonly NetworkReport[]): string[] {
  return reports
    .filter(({ failures }) => failures.length > 0)
    .map(({ kind, seed, description, failures }) =>
      [
        description,
        ...failures.slice(0, 6).map((failure) => `  ${failure}`),
        `  repeat: node --no-liftoff [${flag}] tests/bits/run.ts ${kind} all ${seed}; keep: add ${seed} to tests/bits/known-seeds.ts`,
      ].join('\n'),
    );
}
