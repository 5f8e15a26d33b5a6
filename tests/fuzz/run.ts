/** `npm run fuzz -- [--reader NAME] [--count N] [--seed S]`: damaged files for every reader of foreign bytes. */
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { type Fault, makeCase } from './cases.ts';
import { closeReaders, readers } from './readers.ts';

const print = (line: string): boolean => process.stdout.write(`${line}\n`);

const child = fileURLToPath(new URL('child.ts', import.meta.url));
const findings = fileURLToPath(new URL('../../fixtures/fuzz/', import.meta.url));
const mostKept = 10;

interface Finding extends Fault {
  readonly index: number;
}

interface Summary {
  readonly name: string;
  cases: number;
  accepted: number;
  peak: number;
  seconds: number;
  readonly faults: Finding[];
}

const { values } = parseArgs({
  options: {
    reader: { type: 'string', multiple: true },
    count: { type: 'string', default: '100000' },
    seed: { type: 'string', default: '1' },
  },
});
const names = values.reader ?? Object.keys(readers);
const unknown = names.find((name) => !Object.hasOwn(readers, name));
const [count, seed] = [Number(values.count), Number(values.seed)];
if (unknown !== undefined || !Number.isSafeInteger(count) || count < 1 || !Number.isSafeInteger(seed)) {
  process.stderr.write(
    `Expected --reader (${Object.keys(readers).join(', ')}), --count and --seed (whole numbers).\n`,
  );
  process.exit(2);
}
const folder = mkdtempSync(join(tmpdir(), 'atrous-fuzz-'));
/** All cases of a reader; a process that dies is followed by another, behind the case that killed it. */
async function fuzz(name: string): Promise<Summary> {
  const summary: Summary = { name, cases: 0, accepted: 0, peak: 0, seconds: 0, faults: [] };
  const start = performance.now();
  while (summary.cases < count) {
    const from = summary.cases;
    const { ended, done, accepted, peak } = await runChild(name, from, summary);
    summary.accepted += accepted;
    summary.peak = Math.max(summary.peak, peak);
    if (ended === undefined) {
      summary.cases += done;
      continue;
    }
    const last = lastCase(from);
    await keep(name, { index: last, kind: 'aborted', detail: ended }, summary);
    summary.cases = last + 1;
  }
  summary.seconds = (performance.now() - start) / 1000;
  print(`${name}: ${summary.cases} cases, ${summary.faults.length} faults, ${summary.seconds.toFixed(0)} s`);
  return summary;
}

const progressFile = (): string => join(folder, 'progress');

function lastCase(from: number): number {
  const bytes = readFileSync(progressFile());
  return bytes.length === 8 ? Number(bytes.readBigInt64LE()) : from;
}

interface ChildResult {
  readonly done: number;
  readonly accepted: number;
  readonly peak: number;
  /** How the process died, if it did. */
  readonly ended: string | undefined;
}

/** A new process after this many cases keeps what one of them left from hiding what another does. */
const mostInOneProcess = 25_000;

async function runChild(name: string, from: number, summary: Summary): Promise<ChildResult> {
  writeFileSync(progressFile(), '');
  const cases = Math.min(count - from, mostInOneProcess);
  const settings = ['--expose-gc', '--max-old-space-size=400', '--no-warnings'];
  const args = [...settings, child, name, String(seed), String(from), String(cases), progressFile()];
  const process_ = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  let problems = '';
  process_.stderr.on('data', (text: Buffer) => {
    problems = (problems + text.toString()).slice(-2000);
  });
  const ended = new Promise<string | undefined>((resolve) => {
    process_.on('close', (code, signal) =>
      resolve(code === 0 ? undefined : `${signal ?? code}: ${problems}`),
    );
  });
  let last = { done: 0, accepted: 0, peak: 0 };
  for await (const line of createInterface({ input: process_.stdout })) {
    const message = JSON.parse(line) as
      | (Finding & { done: undefined })
      | (typeof last & { index: undefined });
    if (message.index === undefined) last = message;
    else await keep(name, message, summary);
  }
  return { ...last, ended: await ended };
}

/** Prints a fault and keeps its file, which the tests then read again. */
async function keep(name: string, finding: Finding, summary: Summary): Promise<void> {
  summary.faults.push(finding);
  print(`${name}, seed ${seed}, case ${finding.index}: ${finding.kind}: ${finding.detail.slice(0, 600)}`);
  if (summary.faults.length > mostKept) return;
  const reader = readers[name]!;
  mkdirSync(findings, { recursive: true });
  const bytes = await makeCase(reader, await reader.files(), seed, finding.index);
  writeFileSync(join(findings, `${name}-${seed}-${finding.index}.bin`), bytes);
}

const summaries: Summary[] = [];
for (const name of names) summaries.push(await fuzz(name));
rmSync(folder, { recursive: true });
await closeReaders();
print(`\nseed ${seed}`);
for (const { name, cases, accepted, peak, seconds, faults } of summaries)
  print(
    `${name.padEnd(12)} ${cases} cases, ${accepted} accepted, ${faults.length} faults, ${seconds.toFixed(0)} s, at most ${peak} MiB`,
  );
process.exit(summaries.some(({ faults }) => faults.length > 0) ? 1 : 0);
