import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Case } from '../cases.ts';
import { writeSamples } from '../data.ts';
import { PeerProcess } from '../peers/child.ts';
import { alternate } from '../rounds.ts';
import { repetitionsOf } from '../variants.ts';

export interface Scaling {
  /** Median milliseconds of a step by number of threads. */
  readonly ms: ReadonlyMap<number, number>;
  /** Milliseconds by which ticks of a timer were late beside two threads. */
  readonly late: readonly number[];
  /** Milliseconds a step that the main thread was busy. */
  readonly busyMs: number;
}

/** How long the timer is watched. */
const watchMs = 4000;
/** Of the timer. */
const everyMs = 10;

/**
 * Times a training step of a network with several numbers of threads, which take turns as processes of their own.
 * @param oversubscribe whether more threads than cores work at the same time
 */
export async function measureScaling(
  entry: Case,
  threads: readonly number[],
  rounds: number,
  oversubscribe: boolean,
): Promise<Scaling> {
  const { batch } = entry;
  const network = entry.network(0.5);
  const folder = mkdtempSync(join(tmpdir(), 'atrous-scaling-'));
  const script = fileURLToPath(new URL('../peers/atrous-peer.ts', import.meta.url));
  const peers = threads.map((count) => {
    const args = ['--no-warnings', '--experimental-wasm-revectorize', script];
    const env = { ...process.env, BENCH_THREADS: String(count), BENCH_OVERSUBSCRIBE: String(oversubscribe) };
    return new PeerProcess(`${count} threads`, process.execPath, args, env);
  });
  try {
    const { count: samples, ...files } = await writeSamples(network, batch, folder);
    const most = Math.floor(samples / batch);
    const step = async (peer: PeerProcess, steps: number): Promise<number> => {
      const request = { call: 'train', id: 'scaling', method: 'fit', steps, batch };
      return (await peer.call<{ msPerStep: number }>(request)).msPerStep;
    };
    const contestants = [];
    for (const peer of peers) {
      await peer.call({ call: 'data', ...files });
      await peer.call({ call: 'build', id: 'scaling', description: network });
      await step(peer, 2);
      const steps = repetitionsOf(await step(peer, 6), 6, most);
      contestants.push({ label: peer.name, turn: async () => [await step(peer, steps)] });
    }
    const outcomes = await alternate(contestants, rounds);
    const ms = new Map(threads.map((count, k) => [count, outcomes[k]!.median]));
    const two = threads.indexOf(2);
    const steps = Math.min(most, Math.ceil(watchMs / outcomes[two]!.median));
    const watched = { late: [] as number[], busyMs: 0 };
    for (let done = 0; done * outcomes[two]!.median < watchMs; done += steps) {
      const request = { call: 'watch', id: 'scaling', steps, batch, everyMs };
      const { late, busyMs } = await peers[two]!.call<{ late: number[]; busyMs: number }>(request);
      watched.late.push(...late);
      watched.busyMs = busyMs;
    }
    return { ms, ...watched };
  } finally {
    for (const peer of peers) peer.close();
    rmSync(folder, { recursive: true, force: true });
  }
}
