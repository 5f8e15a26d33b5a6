import { expect, test } from 'vitest';
import { RuntimeError } from '../errors/index.ts';
import { currentHost } from './host.ts';
import type { Phase } from './program.ts';
import {
  countText,
  crowdText,
  memoryOf,
  moduleFromText,
  ringText,
  trapText,
  waitText,
} from './runtime.test-support.ts';
import { WorkerSet, type WorkerSetOptions } from './worker-set.ts';

const slotAddress = 1024;
const session = 3;

interface Joined {
  readonly set: WorkerSet;
  readonly memory: WebAssembly.Memory;
  /** Makes a program known to all threads and to this one. */
  readonly add: (program: number, text: string, phases: readonly Phase[]) => Promise<void>;
  readonly run: (program: number) => boolean;
}

async function withGuest(
  threads: number,
  options: WorkerSetOptions,
  use: (joined: Joined) => Promise<void>,
): Promise<void> {
  const set = new WorkerSet(threads, currentHost(), options);
  const memory = memoryOf(4, true);
  try {
    await set.send(session, (number) => ({ kind: 'attach', number, session, memory }));
    set.join({ kind: 'attach', number: 0, session, memory });
    await use({
      set,
      memory,
      async add(program, text, phases) {
        const module = await moduleFromText(text, true);
        const of = { kind: 'program', session, program, module, phases } as const;
        await set.send(session, (number) => ({ ...of, number }));
        set.join({ ...of, number: 0 });
      },
      run: (program) => set.runTogether(session, slotAddress, program, 1),
    });
  } finally {
    await set.end(new RuntimeError('The test is over.'));
  }
}

const body = (memory: WebAssembly.Memory, words: number): Int32Array =>
  new Int32Array(memory.buffer, slotAddress + 64, words);
const rounds = (count: number, items: number): Phase[] =>
  Array.from({ length: count }, (_, i) => ({ entry: i % 2 ? 'back' : 'forth', items }));

test.each([2, 3, 5])('the calling thread and %i others do each item once, phase after phase', (threads) =>
  withGuest(threads, { first: 2 ** 15 - 100, concurrency: threads }, async ({ set, memory, add, run }) => {
    await add(0, ringText(300), rounds(40, 300));
    for (let round = 0; round < 60; round++) {
      // the threads are busy at times: then nothing ran
      while (!run(0)) await new Promise((resolve) => setTimeout(resolve, 1));
      if (round % 20 === 0) await set.run(session, slotAddress, 0, 1);
    }
    expect([...body(memory, 300)]).toEqual(new Array(300).fill(63 * 40));
  }));

test('the calling thread works, in the place of one of those that are awake', () =>
  withGuest(3, { concurrency: 2 }, async ({ memory, add, run }) => {
    await add(0, crowdText, [{ entry: 'crowd', items: 200 }]);
    for (let round = 0; round < 20; round++) expect(run(0)).toBe(true);
    const [inside, most, ...ofThreads] = body(memory, 6);
    expect(inside).toBe(0);
    // a thread that was about to sleep may still take one item
    expect(most).toBeLessThanOrEqual(3);
    expect(ofThreads[3]).toBeGreaterThan(0);
    expect(ofThreads.reduce((a, b) => a + b, 0)).toBe(20 * 200);
  }));

test('nothing runs while the threads have other work, or where only one may be awake', async () => {
  await withGuest(2, { concurrency: 2 }, async ({ set, memory, add, run }) => {
    await add(0, waitText + countText, [{ entry: 'wait', items: 1 }]);
    await add(1, countText, [{ entry: 'count', items: 4 }]);
    const other = set.run(session, slotAddress, 0, 1);
    expect(run(1)).toBe(false);
    Atomics.store(body(memory, 1), 0, 1);
    await other;
    expect(run(1)).toBe(true);
    expect([...body(memory, 4)]).toEqual([2, 1, 1, 1]);
  });
  await withGuest(2, { concurrency: 1 }, async ({ add, run }) => {
    await add(0, countText, [{ entry: 'count', items: 4 }]);
    expect(run(0)).toBe(false);
  });
});

test('a job that fails is told, and the next one runs', () =>
  withGuest(2, { concurrency: 2 }, async ({ set, memory, add, run }) => {
    await add(0, trapText, [{ entry: 'trap', items: 8 }]);
    await add(1, countText, [{ entry: 'count', items: 8 }]);
    for (let round = 0; round < 10; round++) expect(run(0)).toBe(false);
    expect(run(1)).toBe(true);
    await set.run(session, slotAddress, 1, 1);
    expect([...body(memory, 8)]).toEqual(new Array(8).fill(2));
  }));

test('a session that left is not known any more', () =>
  withGuest(2, { concurrency: 2 }, async ({ set, add, run }) => {
    await add(0, countText, [{ entry: 'count', items: 1 }]);
    expect(run(0)).toBe(true);
    set.leave(session);
    await set.send(session, (number) => ({ kind: 'detach', number, session }));
    expect(run(0)).toBe(false);
  }));
