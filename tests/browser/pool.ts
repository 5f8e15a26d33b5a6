import { join } from 'node:path';
import {
  bytesFromText,
  countText,
  ringText,
  trapText,
  waitText,
} from '../../src/runtime/runtime.test-support.ts';
import { root } from '../package/consumer.ts';

/** What the page of `poolProgram` reports. */
export interface PoolReport {
  readonly shared: boolean;
  readonly threads: number;
  /** Word i counts how often item i ran. */
  readonly counts: readonly number[];
  /** 1 where a word of the ring of 10,000 phases is right. */
  readonly ring: readonly number[];
  readonly failure: string;
  /** Whether a timer of the page ran while the workers waited for it. */
  readonly answered: boolean;
  readonly disposed: string;
}

/** The contents of a module that is bundled from the sources and drives a pool in a page. */
export async function poolProgram(deliver: string): Promise<string> {
  const items = 13;
  const text = countText + trapText + waitText + ringText(items);
  const source = (file: string): string => JSON.stringify(join(root, 'src/runtime', file));
  return `
import { configure, createPool, runtimeInfo, slotWord } from ${source('index.ts')};
import workerUrl from ${source('web-worker.ts?worker&url')};

async function drive() {
  if (new URL(location.href).searchParams.has('workerUrl')) configure({ workerUrl });
  const { sharedMemory: shared, threads: most } = runtimeInfo();
  const threads = shared ? 3 : most;
  const memory = new WebAssembly.Memory({ initial: 2, maximum: 1024, shared });
  const module = await WebAssembly.compile(Uint8Array.from(shared
    ? ${JSON.stringify(await bytesFromText(text, true))}
    : ${JSON.stringify(await bytesFromText(text, false))}));
  const pool = await createPool({ threads, memory });
  const rounds = Array.from({ length: 10000 }, (_, i) => ({ entry: i % 2 ? 'back' : 'forth', items: ${items} }));
  const programs = [
    [{ entry: 'count', items: 'shards' }, { entry: 'count', items: 2 }],
    rounds,
    [{ entry: 'trap', items: 9 }],
    [{ entry: 'wait', items: 1 }],
  ];
  await Promise.all(programs.map((phases, number) => pool.addProgram(number, module, phases)));
  const post = (program, slot) => {
    const header = new Int32Array(memory.buffer, slot, 16);
    header[slotWord.program] = program;
    header[slotWord.shards] = 5;
    return pool.post(slot);
  };
  const body = (slot, words) => new Int32Array(memory.buffer, slot + 64, words);
  const messageOf = (promise) => promise.then(() => '', (error) => error.message);

  await Promise.all(Array.from({ length: 300 }, () => post(0, 1024)));
  const ring = body(4096, ${items}).map((_, i) => 1000000 * i);
  body(4096, ${items}).set(ring);
  await post(1, 4096);
  const failure = await messageOf(post(2, 8192));

  let answered = false;
  const wait = body(12288, 1);
  if (!shared) wait[0] = 1;
  setTimeout(() => {
    answered = true;
    Atomics.store(wait, 0, 1);
  });
  await post(3, 12288);

  wait[0] = 1;
  const late = messageOf(post(3, 12288));
  pool.dispose();
  return {
    shared,
    threads: pool.threads,
    counts: Array.from(body(1024, 6)),
    ring: Array.from(body(4096, ${items}), (word, i) => Number(word === ring[(i + 10000) % ${items}] + 10000)),
    failure,
    answered,
    disposed: await late,
  };
}

${deliver}(await drive().catch((error) => ({ error: error.name + ': ' + error.message })));
`;
}
