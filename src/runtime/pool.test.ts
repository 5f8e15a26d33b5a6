import { afterAll, describe, expect, test } from 'vitest';
import { RuntimeError } from '../errors/index.ts';
import { currentHost, type Host } from './host.ts';
import { createPool, startThreads } from './pool.ts';
import type { Pool } from './program.ts';
import {
  countText,
  endlessText,
  memoryOf,
  moduleFromText,
  nothingText,
  ringText,
  trapText,
  waitText,
} from './runtime.test-support.ts';
import { slotWord } from './slot.ts';
import { endIdleWorkers } from './worker-sets.ts';

const slotAddress = 1024;

function fillHeader(
  memory: WebAssembly.Memory,
  program: number,
  shards: number,
  slot = slotAddress,
): Int32Array {
  const header = new Int32Array(memory.buffer, slot, 16);
  header.fill(0);
  header[slotWord.program] = program;
  header[slotWord.shards] = shards;
  return header;
}

const body = (memory: WebAssembly.Memory, words: number, slot = slotAddress): number[] =>
  Array.from(new Int32Array(memory.buffer, slot + 64, words));

/** Counts the workers alive, and can let one crash. */
function watchedHost(): {
  host: Host;
  started: () => number;
  alive: () => number;
  crash: (worker: number) => void;
} {
  const inner = currentHost();
  const crashes: (() => void)[] = [];
  const living = new Set<unknown>();
  const host: Host = {
    ...inner,
    revectorizes: false,
    startWorker(events, options) {
      const worker = inner.startWorker(events, options);
      const terminate = (): Promise<void> => {
        living.delete(worker);
        return worker.terminate();
      };
      living.add(worker);
      crashes.push(() => {
        void terminate();
        events.failure('A worker ended: out of memory.');
      });
      return { ...worker, terminate };
    },
  };
  return {
    host,
    started: () => crashes.length,
    alive: () => living.size,
    crash: (worker) => crashes[worker](),
  };
}

afterAll(endIdleWorkers);

describe.each([
  [1, false],
  [1, true],
  [2, true],
  [3, true],
  [5, true],
  [8, true],
])('%i threads, shared memory: %s', (threads, shared) => {
  test('every item of every job is executed once, with many jobs in flight', async () => {
    const memory = memoryOf(4, shared);
    const pool = await createPool({ threads, memory });
    await pool.addProgram(0, await moduleFromText(countText, shared), [
      { entry: 'count', items: 'shards' },
      { entry: 'count', items: 1 },
      { entry: 'count', items: 0 },
      { entry: 'count', items: 7 },
    ]);
    fillHeader(memory, 0, 11);
    const jobs = Array.from({ length: 500 }, () => pool.post(slotAddress));
    expect(pool.pending).toBe(500);
    await Promise.all(jobs);
    expect(pool.pending).toBe(0);
    expect(body(memory, 12)).toEqual([1500, ...new Array(6).fill(1000), ...new Array(4).fill(500), 0]);
    pool.dispose();
  });

  test('every item is executed once where there are more than tickets, and a job without phases ends', async () => {
    const memory = memoryOf(4, shared);
    const pool = await createPool({ threads, memory });
    const module = await moduleFromText(countText, shared);
    await pool.addProgram(0, module, [
      { entry: 'count', items: 9001 },
      { entry: 'count', items: 4095 },
    ]);
    await pool.addProgram(1, module, []);
    fillHeader(memory, 0, 1);
    fillHeader(memory, 1, 1, 4 * 40_000);
    await Promise.all([pool.post(slotAddress), pool.post(4 * 40_000), pool.post(slotAddress)]);
    expect(body(memory, 9002)).toEqual([...new Array(4095).fill(4), ...new Array(4906).fill(2), 0]);
    pool.dispose();
  });

  test('no item starts before the phase before it has ended, over 10,000 phases', async () => {
    const items = 13;
    const memory = memoryOf(4, shared);
    const pool = await createPool({ threads, memory });
    const rounds = Array.from({ length: 5000 }, () => [
      { entry: 'forth', items },
      { entry: 'back', items },
    ]);
    await pool.addProgram(5, await moduleFromText(ringText(items), shared), rounds.flat());
    fillHeader(memory, 5, 1);
    const ring = new Int32Array(memory.buffer, slotAddress + 64, items);
    for (let item = 0; item < items; item++) ring[item] = 1_000_000 * item;
    await pool.post(slotAddress);
    expect(Array.from(ring)).toEqual(
      Array.from({ length: items }, (_, item) => 1_000_000 * ((item + 10_000) % items) + 10_000),
    );
    pool.dispose();
  });

  test('a program that fails rejects its job alone', async () => {
    const memory = memoryOf(4, shared);
    const pool = await createPool({ threads, memory });
    const module = await moduleFromText(countText + trapText, shared);
    const loaded = [
      pool.addProgram(0, module, [
        { entry: 'count', items: 2 },
        { entry: 'trap', items: 9 },
        { entry: 'count', items: 2 },
      ]),
      pool.addProgram(1, module, [{ entry: 'count', items: 3 }]),
    ];
    fillHeader(memory, 0, 1);
    fillHeader(memory, 1, 1, 4096);
    const results = await Promise.allSettled([
      ...loaded,
      ...Array.from({ length: 40 }, (_, i) => pool.post(i % 2 ? 4096 : slotAddress)),
    ]);
    for (const [i, result] of results.slice(2).entries()) {
      expect(result.status).toBe(i % 2 ? 'fulfilled' : 'rejected');
      if (result.status === 'rejected') {
        expect(result.reason).toBeInstanceOf(RuntimeError);
        expect(result.reason.message).toBe('A step failed: unreachable.');
      }
    }
    expect(body(memory, 3)).toEqual([20, 20, 0]);
    expect(body(memory, 3, 4096)).toEqual([20, 20, 20]);
    pool.dispose();
  });

  test('a module that does not fit, and a job without a program, are refused', async () => {
    const memory = memoryOf(4, shared);
    const pool = await createPool({ threads, memory });
    const module = await moduleFromText(countText, shared);
    const foreign = await moduleFromText(`(import "env" "other" (func)) ${countText}`, shared);
    await expect(pool.addProgram(0, module, [{ entry: 'missing', items: 1 }])).rejects.toThrow(
      'A program cannot be loaded: the module exports no function "missing".',
    );
    await expect(pool.addProgram(1, foreign, [{ entry: 'count', items: 1 }])).rejects.toThrow(RuntimeError);
    fillHeader(memory, 2, 1);
    await expect(pool.post(slotAddress)).rejects.toThrow('A step failed: the program was never added.');
    await pool.addProgram(0, module, [{ entry: 'count', items: 1 }]);
    fillHeader(memory, 0, 1);
    await pool.post(slotAddress);
    expect(body(memory, 2)).toEqual([1, 0]);
    pool.dispose();
  });

  test('dispose rejects what waits and what comes later', async () => {
    const memory = memoryOf(4, shared);
    const pool = await createPool({ threads, memory });
    await pool.addProgram(0, await moduleFromText(countText, shared), [{ entry: 'count', items: 1000 }]);
    fillHeader(memory, 0, 1);
    const jobs = Array.from({ length: 200 }, () => pool.post(slotAddress));
    const settled = Promise.allSettled(jobs);
    pool.dispose();
    pool.dispose();
    for (const result of await settled) {
      expect(result.status).toBe('rejected');
      if (result.status === 'rejected') expect(result.reason).toBeInstanceOf(RuntimeError);
    }
    await expect(pool.post(slotAddress)).rejects.toThrow('The session was disposed.');
    await expect(pool.addProgram(1, await moduleFromText(countText, shared), [])).rejects.toThrow(
      RuntimeError,
    );
  });
});

async function countingPool(
  threads: number,
  host?: Host,
): Promise<{ pool: Pool; memory: WebAssembly.Memory }> {
  const memory = memoryOf(2, true);
  const pool = await createPool({ threads, memory, host });
  await pool.addProgram(0, await counting, [{ entry: 'count', items: 'shards' }]);
  fillHeader(memory, 0, 4);
  return { pool, memory };
}
const counting = moduleFromText(countText + nothingText, true);

test('the pool sees memory that has grown', async () => {
  const { pool, memory } = await countingPool(2);
  memory.grow(8);
  const far = 9 * 65536;
  fillHeader(memory, 0, 4, far);
  await pool.post(far);
  expect(body(memory, 5, far)).toEqual([1, 1, 1, 1, 0]);
  pool.dispose();
});

test('sessions at once and one after another share one set of workers', async () => {
  const { host, started, alive } = watchedHost();
  const many = await Promise.all(Array.from({ length: 20 }, () => countingPool(2, host)));
  await Promise.all(many.flatMap(({ pool }) => Array.from({ length: 5 }, () => pool.post(slotAddress))));
  for (const { pool, memory } of many) {
    expect(body(memory, 5)).toEqual([5, 5, 5, 5, 0]);
    pool.dispose();
  }
  for (let model = 0; model < 1000; model++) {
    const { pool, memory } = await countingPool(2, host);
    await pool.post(slotAddress);
    expect(body(memory, 4)).toEqual([1, 1, 1, 1]);
    pool.dispose();
  }
  expect(started()).toBe(2);
  await endIdleWorkers();
  expect(alive()).toBe(0);
  const { pool } = await countingPool(2, host);
  await pool.post(slotAddress);
  expect(started()).toBe(4);
  pool.dispose();
  await endIdleWorkers();
  expect(alive()).toBe(0);
});

test('threads that were started before are those of the next session', async () => {
  const { host, started, alive } = watchedHost();
  startThreads(2, host);
  expect(started()).toBe(2);
  const pool = await createPool({ threads: 2, memory: memoryOf(1, true), host });
  expect(started()).toBe(2);
  pool.dispose();
  startThreads(3, host);
  await endIdleWorkers();
  expect(alive()).toBe(0);
});

test('workers in use outlive endIdleWorkers', async () => {
  const { host, alive } = watchedHost();
  const { pool } = await countingPool(3, host);
  await endIdleWorkers();
  expect(alive()).toBe(3);
  await pool.post(slotAddress);
  pool.dispose();
});

test('a worker that crashes fails all sessions of its set, and the next session gets a new one', async () => {
  const { host, started, alive, crash } = watchedHost();
  const first = await countingPool(2, host);
  const second = await countingPool(2, host);
  await first.pool.addProgram(1, await moduleFromText(endlessText, true), [{ entry: 'endless', items: 2 }]);
  fillHeader(first.memory, 1, 2);
  const pending = [first.pool.post(slotAddress), second.pool.post(slotAddress)];
  const settled = Promise.allSettled(pending);
  crash(1);
  for (const result of await settled) {
    expect(result).toMatchObject({
      status: 'rejected',
      reason: { message: 'A worker ended: out of memory.' },
    });
    if (result.status === 'rejected') expect(result.reason).toBeInstanceOf(RuntimeError);
  }
  await expect(second.pool.post(slotAddress)).rejects.toThrow('A worker ended: out of memory.');
  first.pool.dispose();
  second.pool.dispose();
  const third = await countingPool(2, host);
  await third.pool.post(slotAddress);
  expect(body(third.memory, 4)).toEqual([1, 1, 1, 1]);
  expect(started()).toBe(4);
  third.pool.dispose();
  await endIdleWorkers();
  expect(alive()).toBe(0);
});

test('a host that cannot start workers refuses the pool', async () => {
  const base = { ...currentHost(), revectorizes: false };
  const failing: Host = {
    ...base,
    startWorker(events) {
      queueMicrotask(() => events.failure('A worker could not be started.'));
      return { post() {}, terminate: async () => {}, keepAlive() {} };
    },
  };
  const throwing: Host = {
    ...base,
    startWorker() {
      throw new Error('no room for a thread');
    },
  };
  const poolOf = (host: Host): Promise<Pool> => createPool({ threads: 2, memory: memoryOf(1, true), host });
  await expect(poolOf(failing)).rejects.toThrow(new RuntimeError('A worker could not be started.'));
  await expect(poolOf(throwing)).rejects.toThrow(
    new RuntimeError('A worker could not be started: no room for a thread.'),
  );
});

test('the calling thread serves events while workers are busy', async () => {
  const { pool, memory } = await countingPool(2);
  await pool.addProgram(1, await moduleFromText(waitText, true), [{ entry: 'wait', items: 2 }]);
  const header = fillHeader(memory, 1, 1);
  const job = pool.post(slotAddress);
  for (let turn = 0; turn < 100; turn++) await new Promise((resolve) => setImmediate(resolve));
  Atomics.store(new Int32Array(header.buffer, slotAddress), 16, 1);
  await job;
  pool.dispose();
});

test('a pool that is dropped without dispose lets go of its memory', async () => {
  const v8 = await import('node:v8');
  const vm = await import('node:vm');
  v8.setFlagsFromString('--expose-gc');
  const collect = vm.runInNewContext('gc') as () => void;
  const { host, alive } = watchedHost();
  const holder: { pool: Pool | undefined } = { pool: (await countingPool(2, host)).pool };
  await holder.pool!.post(slotAddress);
  expect(alive()).toBe(2);
  holder.pool = undefined;
  while (alive() > 0) {
    collect();
    await new Promise((resolve) => setImmediate(resolve));
    await endIdleWorkers();
  }
});
