import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const main = fileURLToPath(new URL('main.ts', import.meta.url));

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Running {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
  /** Resolves when the standard output holds `text`; rejects if the command ends without it. */
  printed(text: string): Promise<void>;
  /** The same for the standard error. */
  warned(text: string): Promise<void>;
}

export interface RunOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Options of Node. */
  readonly node?: readonly string[];
  /** A command in front, such as a shell that sets limits. */
  readonly wrap?: (command: readonly string[]) => readonly string[];
}

/** Starts the real command line: standard input closed, no terminal, both outputs in pipes. */
export function start(args: readonly string[], options: RunOptions = {}): Running {
  const plain = [process.execPath, ...(options.node ?? []), main, ...args];
  const [file = '', ...rest] = options.wrap?.(plain) ?? plain;
  const { NODE_OPTIONS: _, FORCE_COLOR: __, ATROUS_DEBUG: ___, ...env } = process.env;
  const child = spawn(file, rest, {
    cwd: options.cwd,
    env: { ...env, ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [stdout, stderr] = ['', ''];
  const listeners = new Set<() => void>();
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
    for (const listener of listeners) listener();
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
    for (const listener of listeners) listener();
  });
  const ended = new Promise<Ended>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, stdout, stderr }));
  });
  const holds = (read: () => string, text: string): Promise<void> =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        if (!read().includes(text)) return;
        listeners.delete(look);
        resolve();
      };
      listeners.add(look);
      look();
      ended.then(() => reject(new Error(`It ended without printing ${text}: ${stdout}${stderr}`)), reject);
    });
  return {
    child,
    ended,
    printed: (text) => holds(() => stdout, text),
    warned: (text) => holds(() => stderr, text),
  };
}

/** Runs the command line to its end. */
export const run = (args: readonly string[], options?: RunOptions): Promise<Ended> =>
  start(args, options).ended;

/** A temporary folder with a small data set, and a way to remove it. */
export interface Place {
  readonly folder: string;
  /** Folder with four IDX files. */
  readonly data: string;
  path(...names: string[]): string;
  remove(): void;
}

const side = 28;

/** Makes a place with images whose bright rows tell their class. */
export function makePlace(trainImages: number, testImages: number): Place {
  const folder = mkdtempSync(join(tmpdir(), 'atrous-cli-'));
  const data = join(folder, 'digits');
  mkdirSync(data);
  for (const [name, count] of [
    ['train', trainImages],
    ['t10k', testImages],
  ] as const) {
    const labels = Uint8Array.from({ length: count }, (_, n) => n % 10);
    const pixels = Uint8Array.from({ length: count * side * side }, (_, k) => {
      const [image, row] = [Math.floor(k / side ** 2), Math.floor((k % side ** 2) / side)];
      return Math.floor(row / 2.8) === labels[image] ? 200 + (k % 50) : (k * 7) % 40;
    });
    writeFileSync(join(data, `${name}-labels-idx1-ubyte`), idx([count], labels));
    writeFileSync(join(data, `${name}-images-idx3-ubyte`), idx([count, side, side], pixels));
  }
  return {
    folder,
    data,
    path: (...names) => join(folder, ...names),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** An IDX file of bytes: two zeros, type 8, number of axes, extents big-endian, data. */
export function idx(shape: readonly number[], data: Uint8Array): Uint8Array {
  const file = new Uint8Array(4 + 4 * shape.length + data.length);
  file.set([0, 0, 8, shape.length]);
  const view = new DataView(file.buffer);
  shape.forEach((extent, axis) => {
    view.setUint32(4 + 4 * axis, extent);
  });
  file.set(data, 4 + 4 * shape.length);
  return file;
}
