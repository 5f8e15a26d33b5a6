import { fileURLToPath } from 'node:url';
import type { ViteUserConfig } from 'vitest/config';

const path = (file: string): string => fileURLToPath(new URL(file, import.meta.url));

const common = { environment: 'node', pool: 'forks', testTimeout: 60_000, hookTimeout: 120_000 } as const;
const exclude = ['**/node_modules/**', 'dist/**'];
const everywhere = [
  'src',
  'scripts',
  'tests/architecture',
  'tests/docs',
  'tests/fuzz',
  'tests/faults',
  'tests/arguments',
  'bench',
  'fixtures',
].map((folder) => `${folder}/**/*.test.ts`);

const packageAliases = [
  { find: /^atrous$/, replacement: path('src/index.ts') },
  { find: /^atrous\/(datasets|zoo)$/, replacement: path('src/$1.ts') },
];

const config: ViteUserConfig = {
  test: {
    maxWorkers: 2,
    projects: [
      { test: { ...common, exclude, name: 'unit', include: everywhere } },
      { test: { ...common, exclude, name: 'package', include: ['tests/package/**/*.test.ts'] } },
      {
        test: {
          ...common,
          exclude,
          name: 'bits',
          include: ['tests/bits/**/*.test.ts'],
          fileParallelism: false,
        },
      },
      {
        test: {
          ...common,
          exclude,
          name: 'browser',
          include: ['tests/browser/**/*.test.ts', 'tests/page/**/*.test.ts'],
          fileParallelism: false,
        },
        // The page of the example imports the package by its name.
        resolve: { alias: packageAliases },
      },
    ],
  },
};
export default config;
