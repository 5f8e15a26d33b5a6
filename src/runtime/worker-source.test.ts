import { Worker } from 'node:worker_threads';
import { build, type Rolldown } from 'vite';
import { expect, test } from 'vitest';
import { controlWords, createControl, wakeUntil } from './control.ts';
import type { FromWorker } from './messages.ts';
import { countText, memoryOf, moduleFromText } from './runtime.test-support.ts';
import { slotWord } from './slot.ts';

const entry = new URL('./worker-source.ts', import.meta.url);

/** The worker's script as it is after a bundler has worked on the function. */
async function bundledSource(minify: boolean, keepNames: boolean): Promise<string> {
  const built = await build({
    configFile: false,
    logLevel: 'silent',
    build: {
      write: false,
      minify,
      rolldownOptions: { input: entry.pathname, preserveEntrySignatures: 'strict', output: { keepNames } },
    },
  });
  const { output } = built as Rolldown.RolldownOutput;
  const url = `data:text/javascript,${encodeURIComponent(output[0].code)}`;
  const { workerSource } = (await import(/* @vite-ignore */ url)) as typeof import('./worker-source.ts');
  const source = workerSource("process.getBuiltinModule('node:worker_threads').parentPort");
  expect(/\n\s/.test(source)).toBe(!minify);
  return source;
}

test.each([
  [false, false],
  [true, false],
  [false, true],
  [true, true],
])('the worker stands alone after a bundler: minify %s, keepNames %s', async (minify, keepNames) => {
  const worker = new Worker(await bundledSource(minify, keepNames), { eval: true });
  const memory = memoryOf(1, true);
  const control = createControl();
  const next = (): Promise<FromWorker> =>
    new Promise((resolve, reject) => {
      worker.once('message', resolve);
      worker.once('error', reject);
    });
  const post = (session: number): void => {
    const number = control[controlWords.posted];
    const at = controlWords.ring + number * controlWords.entryWords;
    control[at + controlWords.session] = session;
    control[at + controlWords.slot] = 1024;
    control[at + controlWords.shards] = new Int32Array(memory.buffer, 1024, 16)[slotWord.shards];
    Atomics.add(control, controlWords.posted, 1);
    Atomics.add(control, controlWords.event, 1);
    wakeUntil(control, 1, 1);
  };
  new Int32Array(memory.buffer, 1024, 16)[slotWord.shards] = 3;
  worker.postMessage({
    kind: 'start',
    control,
    thread: 0,
    threads: 1,
    first: 0,
    concurrency: 1,
    phaseSpins: 0,
    idleSpins: 0,
  });
  worker.postMessage({ kind: 'attach', number: 0, session: 4, memory });
  post(-1);
  expect(await next()).toEqual({ kind: 'acknowledged', number: 0, problem: undefined });
  const module = await moduleFromText(countText, true);
  const phases = [{ entry: 'count', items: 'shards' }];
  worker.postMessage({ kind: 'program', number: 1, session: 4, program: 0, module, phases });
  post(-1);
  expect(await next()).toEqual({ kind: 'acknowledged', number: 1, problem: undefined });
  post(4);
  expect(await next()).toEqual({ kind: 'done', number: 2, failed: false });
  expect(Array.from(new Int32Array(memory.buffer, 1024 + 64, 4))).toEqual([1, 1, 1, 0]);
  await worker.terminate();
});
