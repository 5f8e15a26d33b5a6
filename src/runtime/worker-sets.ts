import { RuntimeError } from '../errors/index.ts';
import type { Host } from './host.ts';
import { WorkerSet, type WorkerSetOptions } from './worker-set.ts';

interface Shared {
  readonly set: WorkerSet;
  readonly host: Host;
  readonly key: string;
  users: number;
}

/** How long threads that nobody uses are kept for the next session. */
const idleMilliseconds = 2000;

const shared = new Map<string, Shared>();
const hosts = new WeakMap<Host, number>();
let hostCount = 0;

/**
 * The process's set of so many threads, started where there is none yet. Sessions share it: they may come and go by
 * the thousand, and threads are never more than the largest of them asked for.
 */
export function takeWorkerSet(threads: number, host: Host, options: WorkerSetOptions): WorkerSet {
  if (!hosts.has(host)) hosts.set(host, hostCount++);
  const { url = '', concurrency = '' } = options;
  const key = `${hosts.get(host)} ${threads} ${concurrency} ${url}`;
  let entry = shared.get(key);
  if (!entry || entry.set.ended) {
    entry = { set: new WorkerSet(threads, host, options), host, key, users: 0 };
    shared.set(key, entry);
  }
  entry.users++;
  return entry.set;
}

/** Gives a set back; the last user's leaving ends it a little later. */
export function returnWorkerSet(set: WorkerSet): void {
  const entry = [...shared.values()].find((candidate) => candidate.set === set);
  if (!entry || --entry.users > 0) return;
  entry.host.later(idleMilliseconds, () => void endIfIdle(entry));
}

/** Ends at once the worker threads that no session uses, instead of a little later. */
export async function endIdleWorkers(): Promise<void> {
  await Promise.all([...shared.values()].map(endIfIdle));
}

async function endIfIdle(entry: Shared): Promise<void> {
  if (entry.users > 0) return;
  if (shared.get(entry.key) === entry) shared.delete(entry.key);
  await entry.set.end(new RuntimeError('The worker threads were ended.'));
}
