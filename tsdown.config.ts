import type { UserConfig } from 'tsdown';

const config: UserConfig = {
  entry: {
    index: 'src/index.ts',
    'index.browser': 'src/index.browser.ts',
    datasets: 'src/datasets.ts',
    'datasets.browser': 'src/datasets.browser.ts',
    zoo: 'src/zoo.ts',
    worker: 'src/runtime/web-worker.ts',
    'cli/main': 'src/cli/main.ts',
  },
  format: 'esm',
  target: 'es2023',
  platform: 'neutral',
  deps: { neverBundle: [/^node:/], onlyBundle: ['commander'] },
  outDir: 'dist',
  fixedExtension: false,
  hash: false,
  dts: true,
  clean: true,
};
export default config;
