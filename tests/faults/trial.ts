import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isAtrousError } from '../../src/errors/index.ts';
import { filesBelow, fingerprint, parse } from './inspect-folder.ts';

const main = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url));
const preload = new URL('kill-at.ts', import.meta.url).href;

/** How a process of a training is disturbed. */
export type Fault =
  | { readonly kind: 'none' }
  /** SIGKILL so many milliseconds after the first step was announced. */
  | { readonly kind: 'after'; readonly milliseconds: number }
  /** SIGKILL at a call to the file system, in the form of `kill-at.ts`. */
  | { readonly kind: 'call'; readonly at: string }
  /** The disk has so many bytes left, and then no more, until the next process. */
  | { readonly kind: 'full'; readonly bytes: number }
  /** SIGINT so many milliseconds after the start. */
  | { readonly kind: 'stop'; readonly milliseconds: number };

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
  /** Looks at the files while the process ran. */
  readonly looks: number;
}

export interface Setting {
  readonly trainImages: number;
  readonly batchSize: number;
  readonly epochs: number;
}

/** Trainings of one network over the same data, in folders of their own. */
export class Trial {
  readonly folder: string;
  readonly #setting: Setting;
  readonly #disk: boolean;

  /** @param disk true: folders of trainings lie on a small file system of their own, which can be filled up */
  constructor(setting: Setting, disk: boolean) {
    this.folder = mkdtempSync(join(tmpdir(), 'atrous-faults-'));
    this.#setting = setting;
    mkdirSync(join(this.folder, 'runs'));
    this.#disk =
      disk && spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=48m', 'tmpfs', this.runs]).status === 0;
    writeImages(join(this.folder, 'data'), setting.trainImages);
  }

  get runs(): string {
    return join(this.folder, 'runs');
  }

  /** True where a disk that is full is a real one. */
  get hasDisk(): boolean {
    return this.#disk;
  }

  remove(): void {
    if (this.#disk) spawnSync('umount', [this.runs]);
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** Runs one process of the training `name`, which begins or goes on, and looks at its files meanwhile. */
  async run(name: string, fault: Fault): Promise<Ended> {
    const out = join(this.runs, name);
    const filler = join(this.runs, 'filler');
    if (fault.kind === 'full' && this.#disk) this.#fill(filler, fault.bytes);
    const env: Record<string, string> = {};
    if (fault.kind === 'call') env.ATROUS_TEST_KILL = fault.at;
    if (fault.kind === 'full' && !this.#disk) env.ATROUS_TEST_FREE_BYTES = String(fault.bytes);
    const node = Object.keys(env).length > 0 ? ['--import', preload] : [];
    const { NODE_OPTIONS: _, ATROUS_DEBUG: __, ...inherited } = process.env;
    const child = spawn(process.execPath, [...node, main, ...this.#arguments(out)], {
      env: { ...inherited, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const ended = watch(child, out, fault);
    try {
      return await ended;
    } finally {
      rmSync(filler, { force: true });
    }
  }

  /** Everything that must be the same, whatever happened. */
  result(name: string): Promise<Record<string, unknown>> {
    return fingerprint(join(this.runs, name));
  }

  /** Drops the files of a training. */
  drop(name: string): void {
    rmSync(join(this.runs, name), { recursive: true, force: true });
  }

  #arguments(out: string): string[] {
    const resumes = existsSync(out) && filesBelow(out).some((path) => path.endsWith('.safetensors'));
    if (resumes) return ['train', '--resume', out, '--json'];
    const { batchSize, epochs } = this.#setting;
    const logs = [
      '--csv',
      join(out, 'log.csv'),
      '--log',
      join(out, 'log.jsonl'),
      '--tensorboard',
      join(out, 'events'),
    ];
    const options = [
      '--model',
      'seed',
      '--batch-size',
      String(batchSize),
      '--epochs',
      String(epochs),
      '--threads',
      '2',
    ];
    const often = ['--checkpoint-every', '7steps', '--no-report', '--seed', '5'];
    return ['train', join(this.folder, 'data'), '--out', out, '--json', ...options, ...often, ...logs];
  }

  #fill(filler: string, bytes: number): void {
    const { bavail, bsize } = statfsSync(this.runs);
    writeFileSync(filler, Buffer.alloc(Math.max(0, bavail * bsize - bytes)));
  }
}

function watch(child: ChildProcess, out: string, fault: Fault): Promise<Ended> {
  let [stdout, stderr, looks] = ['', '', 0];
  let problem: unknown;
  const timers: NodeJS.Timeout[] = [];
  const armed = fault.kind === 'after' || fault.kind === 'stop';
  child.stdout!.setEncoding('utf8').on('data', (text: string) => {
    const first = stdout === '';
    stdout += text;
    if (!armed || !first) return;
    const signal = fault.kind === 'after' ? 'SIGKILL' : 'SIGINT';
    timers.push(setTimeout(() => child.kill(signal), fault.milliseconds));
  });
  child.stderr!.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const looking = setInterval(() => {
    try {
      lookAt(out);
      looks++;
    } catch (error) {
      problem ??= error;
    }
  }, 60);
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => {
      clearInterval(looking);
      for (const timer of timers) clearTimeout(timer);
      try {
        if (problem) throw problem;
        lookAt(out);
        resolve({ code, signal, stdout, stderr, looks });
      } catch (error) {
        reject(error);
      }
    });
  });
}

/** Reads every file of a training. @throws where one is torn */
export function lookAt(folder: string): void {
  if (!existsSync(folder)) return;
  for (const path of filesBelow(folder)) {
    let bytes: Uint8Array;
    try {
      bytes = readFileSync(path);
    } catch (error) {
      // An old checkpoint may have been removed since the folder was read.
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') continue;
      throw error;
    }
    try {
      parse(path, new Uint8Array(bytes));
    } catch (error) {
      throw new Error(`A torn file: ${isAtrousError(error) ? error.message : String(error)}`, {
        cause: error,
      });
    }
  }
}

const side = 28;

/** Four IDX files with images whose bright rows tell their class. */
function writeImages(folder: string, trainImages: number): void {
  mkdirSync(folder);
  for (const [name, count] of [
    ['train', trainImages],
    ['t10k', 40],
  ] as const) {
    const labels = Uint8Array.from({ length: count }, (_, n) => (n * 7) % 10);
    const pixels = Uint8Array.from({ length: count * side * side }, (_, k) => {
      const [image, row] = [Math.floor(k / side ** 2), Math.floor((k % side ** 2) / side)];
      return Math.floor(row / 2.8) === labels[image] ? 150 + (k % 90) : (k * 13) % 120;
    });
    writeFileSync(join(folder, `${name}-labels-idx1-ubyte`), idx([count], labels));
    writeFileSync(join(folder, `${name}-images-idx3-ubyte`), idx([count, side, side], pixels));
  }
}

function idx(shape: readonly number[], data: Uint8Array): Uint8Array {
  const file = new Uint8Array(4 + 4 * shape.length + data.length);
  file.set([0, 0, 8, shape.length]);
  const view = new DataView(file.buffer);
  for (const [axis, extent] of shape.entries()) view.setUint32(4 + 4 * axis, extent);
  file.set(data, 4 + 4 * shape.length);
  return file;
}
