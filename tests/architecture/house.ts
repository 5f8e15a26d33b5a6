/** The folders of src in the order in which they may know each other: a file imports from its own folder and earlier ones. */
export const house = [
  'errors',
  'ir',
  'numerics',
  'graph',
  'ops',
  'compiler/plan',
  'compiler/schedule',
  'compiler',
  'backends/interpreter',
  'backends/wasm',
  'backends',
  'runtime',
  'engine',
  'tensor',
  'nn',
  'data',
  'training',
  'formats',
  'events',
  'model',
  'analysis',
  'report',
  'zoo',
  'cli',
] as const;

/** Entries of the package; nothing imports them. */
export const entries = [
  'index.ts',
  'index.browser.ts',
  'datasets.ts',
  'datasets.browser.ts',
  'zoo.ts',
  'report.ts',
] as const;

/** What a browser loads. */
export const browserEntries = [
  'index.browser.ts',
  'datasets.browser.ts',
  'zoo.ts',
  'report.ts',
  'runtime/web-worker.ts',
] as const;

/** Folders that must work for any operation, and so know none by name. */
export const nameless = ['compiler', 'backends', 'runtime'] as const;

/** Folders that only `engine` joins; what stands above engine goes through it. */
export const belowEngine = ['compiler', 'backends', 'runtime'] as const;

/** Files that may import modules of Node; none of them is reachable from the browser entry. */
export const nodeFiles: RegExp =
  /^(cli\/|runtime\/node[^/]*\.ts$|data\/node[^/]*\.ts$|formats\/node[^/]*\.ts$)/;

/** Longest source file in lines. */
export const longestFile = 300;

/** Longest test in lines. */
export const longestTest = 500;

/** Longer files, each with its reason. */
export const longFiles: Readonly<Record<string, string>> = {};

const nodeHostAlone =
  'nodeHost() gives undefined before these lines unless process.versions.node and process.getBuiltinModule are there and there is no document with Worker (src/runtime/host.test.ts)';

/** Dynamic imports in browser code that lead to Node, each with the boundary that keeps a browser from running it. */
export const hostBoundaries: Readonly<Record<string, string>> = {
  'runtime/node-host.ts -> node:os': nodeHostAlone,
  'runtime/node-host.ts -> node:worker_threads': nodeHostAlone,
  'runtime/node-host.ts -> node:v8': nodeHostAlone,
  'formats/host-files.ts -> ./node-host-files.ts':
    'hostFiles throws UnsupportedError before it where process.getBuiltinModule is missing',
};
