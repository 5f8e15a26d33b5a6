import { expect, test } from 'vitest';
import { RuntimeError } from '../errors/index.ts';
import { controlWords } from './control.ts';
import { currentHost, type Host } from './host.ts';
import type { Phase } from './program.ts';
import { countText, crowdText, memoryOf, moduleFromText, ringText } from './runtime.test-support.ts';
import { WorkerSet, type WorkerSetOptions } from './worker-set.ts';

const slotAddress = 1024;
const session = 7;
const body = (memory: WebAssembly.Memory, words: number): Int32Array =>
  new Int32Array(memory.buffer, slotAddress + 64, words);

async function withSet(
  [threads, host, options]: [threads: number, host: Host, options: WorkerSetOptions],
  use: (set: WorkerSet, memory: WebAssembly.Memory) => Promise<void>,
): Promise<void> {
  const set = new WorkerSet(threads, host, options);
  const memory = memoryOf(4, true);
  try {
    await set.send(session, (number) => ({ kind: 'attach', number, session, memory }));
    await use(set, memory);
  } finally {
    await set.end(new RuntimeError('The test is over.'));
  }
}

async function add(set: WorkerSet, program: number, text: string, phases: readonly Phase[]): Promise<void> {
  const module = await moduleFromText(text, true);
  await set.send(session, (number) => ({ kind: 'program', number, session, program, module, phases }));
}

const run = async (set: WorkerSet, program: number, jobs = 1): Promise<void> => {
  await Promise.all(Array.from({ length: jobs }, () => set.run(session, slotAddress, program, 1)));
};

const rounds = (count: number, items: number): Phase[] =>
  Array.from({ length: count }, (_, i) => ({ entry: i % 2 ? 'back' : 'forth', items }));

/** A host whose last worker reads its messages and never works. */
function hostWithSleeper(threads: number): Host {
  const inner = { ...currentHost(), revectorizes: false };
  let started = 0;
  return {
    ...inner,
    startWorker(events, options) {
      if (++started < threads) return inner.startWorker(events, options);
      let control: Int32Array | undefined;
      return {
        post(message) {
          if (message.kind === 'start') control = message.control;
          else if (message.kind !== 'help') {
            Atomics.add(control!, controlWords.done, 1);
            queueMicrotask(() => events.message({ kind: 'acknowledged', number: message.number }));
          }
        },
        terminate: async () => {},
        keepAlive() {},
      };
    },
  };
}

test('the counters of phases and of the ring wrap around', async () => {
  for (const threads of [1, 2, 3, 5])
    await withSet([threads, currentHost(), { first: 2 ** 31 - 100 }], async (set, memory) => {
      await add(set, 0, ringText(6), rounds(40, 6));
      await run(set, 0, 300);
      expect([...body(memory, 6)]).toEqual(new Array(6).fill(12_000));
    });
});

test('the count of phases wraps around where it shares a word with tickets', async () => {
  await withSet([2, currentHost(), { first: 2 ** 15 - 10, concurrency: 2 }], async (set, memory) => {
    await add(set, 0, ringText(6), rounds(40, 6));
    await run(set, 0, 100);
    expect([...body(memory, 6)]).toEqual(new Array(6).fill(4000));
  });
});

test.each([2, 3])('nobody waits for a thread that gets no core, among %i', async (threads) => {
  await withSet([threads, hostWithSleeper(threads), {}], async (set, memory) => {
    await add(set, 0, ringText(9), rounds(2000, 9));
    await run(set, 0, 50);
    expect([...body(memory, 9)]).toEqual(new Array(9).fill(100_000));
  });
});

test('threads beyond the concurrency sleep through jobs, and read the messages between them', async () => {
  await withSet([4, currentHost(), { concurrency: 1 }], async (set, memory) => {
    await add(set, 0, crowdText, [
      { entry: 'crowd', items: 8 },
      { entry: 'crowd', items: 5 },
    ]);
    for (let round = 0; round < 4; round++) {
      await add(set, 1 + round, ringText(9), rounds(10, 9));
      // more entries than the ring has
      await run(set, 0, 200);
    }
    const [inside, most, ...ofThreads] = body(memory, 6);
    expect([inside, most]).toEqual([0, 1]);
    expect(ofThreads.reduce((a, b) => a + b, 0)).toBe(4 * 200 * 13);
    body(memory, 9).fill(0);
    for (let round = 0; round < 4; round++) await run(set, 1 + round, 3);
    expect([...body(memory, 9)]).toEqual(new Array(9).fill(120));
  });
});

test.each([2, 3, 5, 8])('%i threads work at the same time where they may', async (threads) => {
  await withSet([threads, currentHost(), { concurrency: threads }], async (set, memory) => {
    await add(set, 0, crowdText, [
      { entry: 'meet', items: threads },
      { entry: 'meet', items: threads },
    ]);
    // the second phase finds all items of the first begun
    body(memory, 1)[0] = threads;
    for (let round = 0; round < 5; round++) {
      body(memory, 2)[1] = 0;
      await run(set, 0);
    }
    expect(body(memory, 2)[1]).toBe(2 * threads);
  });
});

test('as many threads work as the host runs at once', async () => {
  const host = { ...currentHost(), revectorizes: false, parallelism: 3 };
  await withSet([6, host, {}], async (set, memory) => {
    await add(set, 0, crowdText + countText, [{ entry: 'meet', items: 3 }]);
    body(memory, 1)[0] = 3;
    for (let round = 0; round < 5; round++) {
      body(memory, 2)[1] = 0;
      await run(set, 0);
    }
    expect(body(memory, 2)[1]).toBe(3);
  });
});
