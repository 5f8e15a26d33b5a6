import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { build } from 'vite';
import { type OwnBrowser, startBrowser } from '../browser/chromium.ts';
import { type FileServer, isolation, serveFolder } from '../browser/server.ts';
import { root } from '../package/consumer.ts';
import { watchPage } from './watch.ts';

/** The page of `examples/web`, built from the sources, and a Chromium to look at it. */
export interface Site {
  readonly browser: Browser;
  /** Addresses of the site with the headers for shared memory and without. */
  readonly isolated: string;
  readonly plain: string;
  close(): Promise<void>;
}

export async function openSite(): Promise<Site> {
  const folder = mkdtempSync(join(tmpdir(), 'atrous-web-'));
  const servers: FileServer[] = [];
  let own: OwnBrowser | undefined;
  const close = async (): Promise<void> => {
    await own?.close();
    await Promise.all(servers.map((server) => server.close()));
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    await build({
      configFile: join(root, 'examples/web/vite.config.ts'),
      logLevel: 'error',
      build: { outDir: folder, emptyOutDir: true },
    });
    servers.push(await serveFolder(folder, isolation), await serveFolder(folder, {}));
    own = await startBrowser();
    return { browser: own.browser, isolated: servers[0]!.url, plain: servers[1]!.url, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** A page of its own, with what it asked for, what it complained about, and storage of its own. */
export interface Visit {
  readonly page: Page;
  readonly requests: readonly string[];
  readonly problems: readonly string[];
  close(): Promise<void>;
}

/** Opens an address and waits until the page can read drawings and train. */
export async function visit(
  site: Site,
  address: string,
  options: BrowserContextOptions = {},
): Promise<Visit> {
  const context = await site.browser.newContext({ viewport: { width: 1440, height: 1000 }, ...options });
  await context.addInitScript(watchPage);
  const page = await context.newPage();
  const requests: string[] = [];
  const problems: string[] = [];
  context.on('request', (request) => requests.push(request.url()));
  page.on('pageerror', (error) => problems.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') problems.push(message.text());
  });
  await page.goto(address);
  await page.waitForSelector('#read[data-ready]');
  await untilStatus(page, 'idle', 'paused', 'finished');
  return { page, requests, problems, close: () => context.close() };
}

/** Waits until the training has one of these states; fails at once where it fails. */
export async function untilStatus(page: Page, ...wanted: string[]): Promise<void> {
  const found = await page.waitForFunction(
    (states) => {
      const { status = '' } = document.getElementById('train')!.dataset;
      return [...states, 'failed'].includes(status) ? status : undefined;
    },
    wanted,
    { timeout: 100_000, polling: 20 },
  );
  const status = await found.jsonValue();
  if (!wanted.includes(status!)) throw new Error(`The training failed: ${await textOf(page, 'problem')}`);
}

export const textOf = async (page: Page, id: string): Promise<string> =>
  (await page.locator(`#${id}`).textContent()) ?? '';

/** SHA-256 of the weights, as the page tells it. */
export const hashOn = async (page: Page): Promise<string> =>
  (await page.locator('#hash').getAttribute('title')) ?? '';
