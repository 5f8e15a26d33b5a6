import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { build, type Rolldown } from 'vite';
import { describe, expect, test } from 'vitest';

const entry = join(import.meta.dirname, '../../dist/index.browser.js');

/** What a page does, and the most KiB after gzip that its scripts may have which load at once. */
const pages: Readonly<Record<string, { readonly code: string; readonly budget: number }>> = {
  'predicts with a file': {
    budget: 144,
    code: `import { loadModel, tensor } from 'atrous';
      const model = await loadModel('model.safetensors');
      console.log((await model.predict(tensor(new Float32Array(784), [1, 28, 28, 1]))).data);`,
  },
  'builds three layers and trains them': {
    budget: 133,
    code: `import { layers, sequential, tensor } from 'atrous';
      const model = sequential(
        [layers.conv2d({ filters: 4, kernelSize: 3 }), layers.flatten(), layers.dense({ units: 2 })],
        { inputShape: [8, 8, 1] },
      );
      model.compile({ optimizer: 'adam', loss: 'meanSquaredError' });
      await model.fit(tensor(new Float32Array(64), [1, 8, 8, 1]), tensor(new Float32Array(2), [1, 2]));`,
  },
  'takes everything': { budget: 166, code: `import * as atrous from 'atrous'; console.log(atrous);` },
};

/** The scripts of a page that load at once, as a bundler makes them, and what it puts in for modules of Node. */
async function loadedAtOnce(
  code: string,
): Promise<{ readonly loaded: Rolldown.OutputChunk[]; readonly foreign: string[] }> {
  const root = mkdtempSync(join(tmpdir(), 'atrous-size-'));
  try {
    writeFileSync(join(root, 'page.js'), code);
    const result = await build({
      root,
      configFile: false,
      logLevel: 'silent',
      resolve: { alias: { atrous: entry } },
      build: {
        write: false,
        target: 'es2023',
        modulePreload: false,
        rolldownOptions: { input: join(root, 'page.js') },
      },
    });
    const [{ output }] = [result].flat() as Rolldown.RolldownOutput[] as [Rolldown.RolldownOutput];
    const chunks = new Map(
      output.flatMap((item) => (item.type === 'chunk' ? [[item.fileName, item] as const] : [])),
    );
    const loaded = new Set([...chunks.values()].filter(({ isEntry }) => isEntry));
    for (const { imports } of loaded) for (const name of imports) loaded.add(chunks.get(name)!);
    const modules = [...chunks.values()].flatMap(({ moduleIds }) => moduleIds);
    return { loaded: [...loaded], foreign: modules.filter((id) => id.includes('browser-external')) };
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

describe('what a page loads of the library at once', () => {
  test.each(Object.entries(pages))('%s', async (_, { code, budget }) => {
    const { loaded, foreign } = await loadedAtOnce(code);
    // For each of them who builds a page would get a warning.
    expect(foreign).toEqual([]);
    const bytes = loaded.reduce((sum, chunk) => sum + gzipSync(chunk.code).length, 0);
    console.log(`${(bytes / 1024).toFixed(1)} KiB after gzip in ${loaded.length} files`);
    expect(bytes / 1024).toBeLessThan(budget);
    // A page that loads next to nothing has not been built.
    expect(bytes / 1024).toBeGreaterThan(budget / 2);
  });
});
