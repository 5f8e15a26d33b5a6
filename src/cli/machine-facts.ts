import { cpus, freemem, totalmem } from 'node:os';
import { type RuntimeInfo, runtimeInfo } from '../engine/index.ts';
import { packageVersion } from './version.ts';

/** What a machine offers. */
export interface MachineFacts extends Omit<RuntimeInfo, 'host'> {
  readonly atrous: string;
  readonly node: string;
  readonly v8: string;
  readonly system: string;
  readonly processor: string;
  readonly cores: number;
  /** Bytes. */
  readonly memory: { readonly total: number; readonly free: number; readonly limit: number | undefined };
}

export function machineFacts(): MachineFacts {
  const { threads, sharedMemory, simd, revectorize } = runtimeInfo();
  const limit = process.constrainedMemory();
  const total = totalmem();
  return {
    atrous: packageVersion(),
    node: process.versions.node,
    v8: process.versions.v8,
    system: `${process.platform} ${process.arch}`,
    processor: cpus()[0]?.model.trim() ?? 'unknown',
    cores: cpus().length,
    threads,
    sharedMemory,
    simd,
    revectorize,
    // Where no limit is set the system answers with a number beyond all memory.
    memory: { total, free: freemem(), limit: limit > 0 && limit < total ? limit : undefined },
  };
}

/** What belongs to a training that was run here: names and values as a report shows them. */
export function machineRows(): Record<string, string> {
  const { processor, cores, node, v8, system, threads, revectorize, sharedMemory } = machineFacts();
  return {
    processor: `${processor}, ${cores} core${cores === 1 ? '' : 's'}`,
    threads: `${threads}${sharedMemory ? '' : ', no shared memory'}${revectorize ? ', 256-bit vectors (V8 revectorize)' : ''}`,
    Node: `${node} (V8 ${v8}), ${system}`,
  };
}
