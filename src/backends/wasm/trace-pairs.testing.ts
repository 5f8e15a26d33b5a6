import { spawn } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const node = fileURLToPath(new URL('../../../node_modules/.bin/node', import.meta.url));

/**
 * What a script prints in a process of its own in which only the optimising tier compiles. It goes to a file: V8
 * writes its traces past Node, and would lose lines where a pipe is full.
 */
export async function outputOf(
  flags: readonly string[],
  script: string,
  ...values: readonly string[]
): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'atrous-output-'));
  const path = join(folder, 'output');
  const file = openSync(path, 'w');
  try {
    await new Promise<void>((resolve, reject) => {
      const child = spawn(node, ['--no-warnings', '--no-liftoff', ...flags, script, ...values], {
        stdio: ['ignore', file, 'pipe'],
      });
      let errors = '';
      child.stderr!.on('data', (text) => {
        errors += text;
      });
      child.on('error', reject);
      child.on('close', (code) => {
        if (code === 0) resolve();
        else reject(new Error(`${script} ${values.join(' ')}: exit code ${code}: ${errors}`));
      });
    });
    return readFileSync(path, 'utf8');
  } finally {
    closeSync(file);
    rmSync(folder, { recursive: true });
  }
}

/** Joins vectors to pairs, and says how; on one thread, because the lines of several would mix. */
export const TRACED_PAIRS: readonly string[] = [
  '--single-threaded',
  '--experimental-wasm-revectorize',
  '--trace-wasm-revectorize',
];

/** The pairs that V8 decided to join, in nodes a tree, and those that overlap, which may crash its compiler. */
export function tracedPairs(trace: string): {
  readonly joined: readonly number[];
  readonly overlapping: number;
} {
  const decided = [...trace.matchAll(/Decided to vectorize, (\d+) revectorizable (intersect )?nodes/g)];
  const overlaps = decided.filter(([, nodes, intersect]) => intersect && nodes !== '0').length;
  return {
    joined: decided.filter(([, , intersect]) => !intersect).map(([, nodes]) => Number(nodes)),
    overlapping: overlaps + trace.split('partial overlap').length - 1,
  };
}
