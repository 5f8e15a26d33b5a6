import type { UserConfig } from 'tsdown';
import { licences } from './scripts/licences.ts';

const common = {
  format: 'esm',
  target: 'es2023',
  platform: 'neutral',
  outDir: 'dist',
  fixedExtension: false,
  hash: false,
} satisfies UserConfig;

/** What only the command line and the report need, so that who installs the library does not install it. */
const bundled = [
  'commander',
  // The report: Observable Plot and the document that it draws in.
  '@observablehq/plot',
  /^d3(-|$)/,
  'isoformat',
  'linkedom',
  /^(css-select|css-what|cssomnom|nth-check|boolbase)$/,
  /^(dom-serializer|domelementtype|domhandler|domutils|entities|html-escaper|htmlparser2|uhyphen)$/,
];

/** The address of the HDF5 worker, as the sources name it, becomes that of what is built. */
const builtWorker = {
  name: 'built-worker',
  renderChunk: (code: string): string => code.replaceAll('./hdf5-worker.ts', './hdf5-worker.js'),
};

const config: UserConfig[] = [
  {
    ...common,
    entry: {
      index: 'src/index.ts',
      'index.browser': 'src/index.browser.ts',
      datasets: 'src/datasets.ts',
      'datasets.browser': 'src/datasets.browser.ts',
      zoo: 'src/zoo.ts',
      report: 'src/report.ts',
      'cli/main': 'src/cli/main.ts',
      // Beside the chunk that starts it.
      'shared/hdf5-worker': 'src/formats/hdf5-worker.ts',
    },
    deps: { neverBundle: [/^node:/], onlyBundle: bundled },
    dts: true,
    clean: true,
    plugins: [licences(), builtWorker],
    inputOptions: { resolve: { mainFields: ['module', 'main'] } },
    outputOptions: { chunkFileNames: 'shared/[name].js' },
  },
  // One file without imports, which people may copy beside their page.
  {
    ...common,
    entry: { worker: 'src/runtime/web-worker.ts' },
    dts: false,
    clean: false,
    // It imports and exports nothing, and tools must take it for a module all the same.
    outputOptions: { footer: 'export {};' },
  },
];
export default config;
