import { booleanValue, InvalidArgumentError, integerBetween, knownOptions } from '../errors/index.ts';
import { detectFeatures, type Features } from './features.ts';
import { currentHost, type Host } from './host.ts';

/** Settings of the process or page. */
export interface RuntimeOptions {
  /**
   * Threads of a session at most, 1 to 64. Default: as many as the machine runs at once, at most 16. Where memory
   * cannot be shared there is one.
   */
  readonly threads?: number;
  /**
   * True: all threads work at the same time, also where they are more than the machine says it runs at once. Threads that
   * share a core take time from each other, so otherwise no more of them are awake than that, and the others come in when
   * one sleeps. For browsers that tell pages of fewer cores than there are, and for tests. Default: false.
   */
  readonly oversubscribe?: boolean;
  /**
   * Node from 23.5 on x86-64: lets V8 compile two 128-bit vector instructions to one of 256 bits (an experimental
   * flag of V8, for the whole process and for programs compiled from now on). The results are the same bits. Ignored
   * where it does not exist; `runtimeInfo().revectorize` tells. Default: as the command line of Node has it.
   */
  readonly revectorize?: boolean;
  /**
   * Browsers: address of the worker's script, `atrous/worker`, for pages whose content policy forbids workers made
   * from blobs. Default: a worker from a blob.
   */
  readonly workerUrl?: string | URL;
  /**
   * False: sessions run on the calling thread, in memory that is not shared. Default: shared where possible (in a
   * browser, on pages that are cross-origin isolated).
   */
  readonly sharedMemory?: boolean;
}

/** What sessions made now will use. */
export interface RuntimeInfo {
  readonly host: 'node' | 'web';
  readonly threads: number;
  readonly sharedMemory: boolean;
  readonly simd: boolean;
  readonly revectorize: boolean;
}

const optionNames = ['threads', 'oversubscribe', 'revectorize', 'workerUrl', 'sharedMemory'] as const;
const mostThreads = 64;
// A batch of 128 has 8 shards, one of 256 has 16: more threads would only take memory for scratch.
const mostThreadsByDefault = 16;

let chosen: RuntimeOptions = {};

/**
 * Sets how sessions made from now on run; an option that is left out or undefined keeps its value.
 * @throws {InvalidArgumentError} for a value that an option cannot have
 */
export function configure(options: RuntimeOptions): void {
  const place = { call: 'configure' };
  knownOptions(options, optionNames, place);
  const { threads, oversubscribe, revectorize, workerUrl, sharedMemory } = options;
  if (threads !== undefined) integerBetween(threads, 1, mostThreads, 'threads', place);
  if (oversubscribe !== undefined) booleanValue(oversubscribe, 'oversubscribe', place);
  if (revectorize !== undefined) booleanValue(revectorize, 'revectorize', place);
  if (sharedMemory !== undefined) booleanValue(sharedMemory, 'sharedMemory', place);
  if (workerUrl !== undefined && !(workerUrl instanceof URL) && (typeof workerUrl !== 'string' || !workerUrl))
    throw new InvalidArgumentError({
      ...place,
      argument: 'workerUrl',
      expected: 'an address as a string or a URL',
      received: workerUrl,
    });
  if (revectorize !== undefined) currentHost().revectorize(revectorize);
  const given = Object.entries(options).filter(([, value]) => value !== undefined);
  chosen = { ...chosen, ...Object.fromEntries(given) };
}

/** The settings as they stand. */
export function runtimeOptions(): RuntimeOptions {
  return chosen;
}

/**
 * What sessions made now will use, from the settings, the host and the engine. Throws nothing.
 * @param host default: the one that this runs in
 * @param features default: those that the engine has
 */
export function runtimeInfo(host: Host = currentHost(), features: Features = detectFeatures()): RuntimeInfo {
  const sharedMemory = (chosen.sharedMemory ?? true) && host.sharesMemory && features.threads;
  const wanted = chosen.threads ?? Math.min(host.parallelism, mostThreadsByDefault);
  return {
    host: host.name,
    threads: sharedMemory ? wanted : 1,
    sharedMemory,
    simd: features.simd,
    revectorize: host.revectorizes,
  };
}
