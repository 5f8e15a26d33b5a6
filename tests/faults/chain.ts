import type { Ended, Fault, Trial } from './trial.ts';

/** Numbers from 0 to below 1: Marsaglia's xorshift with 32 bits. */
export function randomNumbers(seed: number): () => number {
  let state = (seed * 2_654_435_761 + 1) >>> 0 || 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    state >>>= 0;
    return state / 2 ** 32;
  };
}

export interface ChainOptions {
  /** Faults before the training is let alone. */
  readonly faults: number;
  /** Milliseconds within which processes are killed, from their first word. */
  readonly within: number;
}

export interface ChainResult {
  /** Processes that SIGKILL ended. */
  readonly kills: number;
  /** Of those, in a call to the file system. */
  readonly killsInCalls: number;
  /** Processes that a full disk ended. */
  readonly full: number;
  /** Processes that went on though a checkpoint found the disk full. */
  readonly warned: number;
  readonly stops: number;
  readonly processes: number;
  /** Looks at the files of running processes. */
  readonly looks: number;
  readonly result: Record<string, unknown>;
}

/** A training that is disturbed again and again, and gone on with until it ends. */
export async function runChain(
  trial: Trial,
  name: string,
  random: () => number,
  { faults, within }: ChainOptions,
): Promise<ChainResult> {
  const counts = { kills: 0, killsInCalls: 0, full: 0, warned: 0, stops: 0, processes: 0, looks: 0 };
  for (;;) {
    const fault: Fault = counts.processes < faults ? randomFault(random, within) : { kind: 'none' };
    const ended = await trial.run(name, fault);
    counts.processes++;
    counts.looks += ended.looks;
    if (ended.signal === 'SIGKILL') {
      counts.kills++;
      if (fault.kind === 'call') counts.killsInCalls++;
      continue;
    }
    if (/goes on without this checkpoint/.test(ended.stderr)) counts.warned++;
    if (ended.code === 0) break;
    if (ended.code === 130) counts.stops++;
    else if (ended.code === 1 && /the disk is full/.test(ended.stderr)) counts.full++;
    else throw new Error(`${describe(fault)} ended with ${ended.code}: ${lastLines(ended)}`);
  }
  return { ...counts, result: await trial.result(name) };
}

/** Half of the faults come at a time, the others where files are written. */
function randomFault(random: () => number, within: number): Fault {
  const kind = random();
  const integer = (most: number): number => 1 + Math.floor(random() * most);
  if (kind < 0.5) return { kind: 'after', milliseconds: Math.floor(random() * within) };
  if (kind < 0.85) {
    const calls = ['write', 'sync', 'rename', 'renamed', 'rm'] as const;
    return { kind: 'call', at: `${calls[Math.floor(random() * calls.length)]}:${integer(16)}` };
  }
  if (kind < 0.95) return { kind: 'full', bytes: Math.floor(random() * 6_000_000) };
  return { kind: 'stop', milliseconds: Math.floor(random() * within) };
}

const describe = (fault: Fault): string => JSON.stringify(fault);
const lastLines = ({ stdout, stderr }: Ended): string => `${stdout.slice(-400)}${stderr.slice(-1200)}`;
