import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root: string = join(dirname(fileURLToPath(import.meta.url)), '../..');

/** A folder outside the repository in which the packed package is installed as its users install it. */
export interface Consumer {
  readonly folder: string;
  /** Files in the packed package with their sizes in bytes. */
  readonly packed: readonly { readonly path: string; readonly size: number }[];
  /** Size of the packed package in bytes. */
  readonly packedSize: number;
  /** Writes `source` to a file in the folder and runs it; gives what it printed. */
  run(source: string, ...nodeOptions: string[]): string;
  /** Runs a command that the installed packages brought. */
  command(name: string, ...args: string[]): string;
  remove(): void;
}

/** What the package needs at run time, and what that needs. */
const runTimePackages = ['fast-png', 'fflate', 'h5wasm', 'iobuffer'];

interface Packed {
  readonly filename: string;
  readonly size: number;
  readonly files: readonly { readonly path: string; readonly size: number }[];
}

/** Packs what was built and installs it, with its dependencies from this repository: no network is used. */
export function installPacked(): Consumer {
  const folder = mkdtempSync(join(tmpdir(), 'atrous-consumer-'));
  const tarballs = join(folder, 'tarballs');
  mkdirSync(tarballs);
  writeFileSync(
    join(folder, 'package.json'),
    JSON.stringify({ name: 'consumer', private: true, type: 'module' }),
  );
  const pack = (what: string): Packed => {
    const args = ['pack', what, '--ignore-scripts', '--json', '--pack-destination', tarballs];
    return (JSON.parse(npm(root, args)) as Packed[])[0]!;
  };
  const [self] = ['.', ...runTimePackages.map((name) => `./node_modules/${name}`)].map(pack);
  const files = readdirSync(tarballs).map((name) => join(tarballs, name));
  npm(folder, ['install', '--offline', '--ignore-scripts', '--no-audit', '--no-fund', ...files]);
  return {
    folder,
    packed: self!.files,
    packedSize: self!.size,
    run: (source, ...nodeOptions) => {
      const file = join(folder, `main-${Math.random().toString(36).slice(2)}.mjs`);
      writeFileSync(file, source);
      return execute(process.execPath, [...nodeOptions, file], folder);
    },
    command: (name, ...args) => execute(join(folder, 'node_modules/.bin', name), args, folder),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

const npm = (cwd: string, args: string[]): string => execute('npm', args, cwd);

function execute(file: string, args: string[], cwd: string): string {
  const path = [dirname(process.execPath), process.env.PATH].join(delimiter);
  const env = { ...process.env, PATH: path, NODE_OPTIONS: '' };
  return execFileSync(file, args, {
    cwd,
    env,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: 120_000,
  });
}
