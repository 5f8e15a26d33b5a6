import type { UserConfig } from 'tsdown';

const common = {
  format: 'esm',
  target: 'es2023',
  platform: 'neutral',
  outDir: 'dist',
  fixedExtension: false,
  hash: false,
} satisfies UserConfig;

const config: UserConfig[] = [
  {
    ...common,
    entry: {
      index: 'src/index.ts',
      'index.browser': 'src/index.browser.ts',
      datasets: 'src/datasets.ts',
      'datasets.browser': 'src/datasets.browser.ts',
      zoo: 'src/zoo.ts',
      'cli/main': 'src/cli/main.ts',
    },
    deps: { neverBundle: [/^node:/], onlyBundle: ['commander'] },
    dts: true,
    clean: true,
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
