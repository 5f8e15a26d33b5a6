import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import { startBrowser } from '../../tests/browser/chromium.ts';
import { isolation, serveFolder } from '../../tests/browser/server.ts';
import type { Runtime } from './runtime.ts';

const path = (file: string): string => fileURLToPath(new URL(file, import.meta.url));

/** Pages of Chromium that serve as runtimes. */
export interface Pages {
  readonly version: string;
  /** A page of its own; memory can be shared where it is isolated. */
  open(isolated: boolean): Promise<Runtime>;
  close(): Promise<void>;
}

/** Bundles the sources for a page, serves it with and without isolation, and starts Chromium. */
export async function startPages(): Promise<Pages> {
  const folder = mkdtempSync(join(tmpdir(), 'atrous-page-'));
  const closing: (() => Promise<void>)[] = [async () => rmSync(folder, { recursive: true, force: true })];
  const close = async (): Promise<void> => {
    for (const step of closing.toReversed()) await step();
  };
  try {
    writeFileSync(
      join(folder, 'main.js'),
      `import { prepareSteps, timeSteps } from ${JSON.stringify(path('steps.ts'))};
globalThis.runtime = { prepare: prepareSteps, time: async ({ leastMs }) => ({ ms: await timeSteps(leastMs) }) };\n`,
    );
    writeFileSync(
      join(folder, 'index.html'),
      '<!doctype html><title>bench</title><script type="module" src="./main.js"></script>\n',
    );
    const alias = [{ find: /^.*\/src\/index\.ts$/, replacement: path('../../src/index.browser.ts') }];
    const output = { target: 'es2023' } as const;
    await build({
      root: folder,
      configFile: false,
      logLevel: 'error',
      base: './',
      build: output,
      resolve: { alias },
    });
    const own = await startBrowser();
    closing.push(() => own.close());
    const sites = new Map<boolean, string>();
    for (const isolated of [true, false]) {
      const server = await serveFolder(join(folder, 'dist'), isolated ? isolation : {});
      closing.push(() => server.close());
      sites.set(isolated, server.url);
    }
    return {
      version: own.browser.version(),
      async open(isolated) {
        const page = await own.browser.newPage();
        await page.goto(sites.get(isolated)!);
        await page.waitForFunction('globalThis.runtime !== undefined');
        return {
          call: (call, request) =>
            page.evaluate(`globalThis.runtime[${JSON.stringify(call)}](${JSON.stringify(request)})`),
        };
      },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}
