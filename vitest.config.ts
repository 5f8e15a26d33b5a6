import type { ViteUserConfig } from 'vitest/config';

const common = { environment: 'node', pool: 'forks', testTimeout: 60_000, hookTimeout: 120_000 } as const;
const exclude = ['**/node_modules/**', 'dist/**'];
const everywhere = ['src', 'scripts', 'tests/architecture', 'bench', 'fixtures'].map(
  (folder) => `${folder}/**/*.test.ts`,
);

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
          include: ['tests/browser/**/*.test.ts'],
          fileParallelism: false,
        },
      },
    ],
  },
};
export default config;
