/**
 * Reads cases in a process of its own: `child.ts READER SEED FROM COUNT PROGRESS`. The number of the case at hand lies
 * in the file PROGRESS, so that it is known when the process dies. Lines of JSON go to standard output.
 */
import { openSync, writeSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { type Fault, makeCase, tryFile } from './cases.ts';
import { closeReaders, readers } from './readers.ts';

const [name = '', seedText = '1', fromText = '0', countText = '0', progressPath = ''] = process.argv.slice(2);
const [seed, from, count] = [seedText, fromText, countText].map(Number) as [number, number, number];

const mostMilliseconds = 1000;
const mostGrowth = 100 * 2 ** 20;

const reader = readers[name]!;
const files = await reader.files();
const progress = openSync(progressPath, 'w');
const mark = new BigInt64Array(1);
const markBytes = new Uint8Array(mark.buffer);
const collect = (globalThis as { gc?: () => void }).gc!;

/** Memory of ended workers and of buffers goes back in turns of the event loop, after their handles are collected. */
async function collectAll(): Promise<void> {
  for (let turn = 0; turn < 3; turn++) {
    collect();
    await setTimeout(50);
  }
}

const print = (line: object): void => {
  writeSync(1, `${JSON.stringify(line)}\n`);
};

/** Ends the process when one case takes more than its processor time: a loop on the main thread cannot report itself. */
const current = new Int32Array(new SharedArrayBuffer(4));
const watch = new Worker(
  `const { workerData } = require('node:worker_threads');
  let last = -1, start = 0;
  setInterval(() => {
    const now = Atomics.load(workerData, 0);
    const { user, system } = process.cpuUsage();
    if (now !== last) { last = now; start = user + system; }
    else if (now > 0 && user + system - start > ${(mostMilliseconds + 500) * 1000}) process.kill(process.pid, 'SIGKILL');
  }, 100);`,
  { eval: true, workerData: current },
);
watch.unref();

const milliseconds = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};
const peak = (): number => process.resourceUsage().maxRSS * 1024;

const mebibytes = (bytes: number): number => Math.round(bytes / 2 ** 20);

let accepted = 0;
const report = (index: number, fault: Fault): void => print({ index, ...fault });

// What valid files take is no growth.
for (let k = 0; k < 20; k++) for (const bytes of files) await tryFile(reader, bytes);
collect();
// By then heaps have the size that they keep.
const settling = 2000;
let settled = Number.POSITIVE_INFINITY;
for (let index = from; index < from + count; index++) {
  mark[0] = BigInt(index);
  writeSync(progress, markBytes, 0, 8, 0);
  const bytes = await makeCase(reader, files, seed, index);
  Atomics.store(current, 0, index - from + 1);
  const before = process.memoryUsage.rss();
  const highest = peak();
  const start = milliseconds();
  const outcome = await tryFile(reader, bytes);
  const taken = milliseconds() - start;
  Atomics.store(current, 0, 0);
  accepted += Number(outcome.accepted);
  if (outcome.fault) report(index, outcome.fault);
  if (taken > mostMilliseconds)
    report(index, { kind: 'slow', detail: `${Math.round(taken)} ms of processor time` });
  const done = index - from + 1;
  // Garbage of earlier cases must not be taken for the memory of this one.
  if (done % 250 === 0) collect();
  if (peak() > highest && peak() - before > mostGrowth)
    report(index, { kind: 'large', detail: `${mebibytes(peak() - before)} MiB more than before` });
  if (done === settling) {
    await collectAll();
    settled = process.memoryUsage.rss();
  } else if (done % 5000 === 0 || done === count) {
    await collectAll();
    const kept = process.memoryUsage.rss() - settled;
    if (kept > mostGrowth)
      report(index, { kind: 'large', detail: `${mebibytes(kept)} MiB stay after ${done} cases` });
  }
  if (done % 2000 === 0) print({ done, accepted, peak: mebibytes(peak()) });
}
print({ done: count, accepted, peak: mebibytes(peak()) });
await closeReaders();
process.exit(0);
