import type { UserConfig } from 'tsdown';

const common: UserConfig = {
  format: 'esm',
  target: 'es2023',
  outDir: 'dist',
  fixedExtension: false,
  hash: false,
};

const config: UserConfig[] = [
  {
    ...common,
    entry: ['src/index.ts', 'src/index.browser.ts', 'src/datasets.ts', 'src/zoo.ts'],
    platform: 'neutral',
    dts: true,
    clean: true,
  },
  { ...common, entry: { 'cli/main': 'src/cli/main.ts' }, platform: 'node', dts: false, clean: false },
];
export default config;
