import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Consumer, installPacked } from '../package/consumer.ts';
import { type OwnBrowser, startBrowser } from './chromium.ts';
import { bundlePage, initialSize } from './page.ts';
import { type FileServer, isolation, serveFolder } from './server.ts';
import { type Report, trainingProgram } from './training.ts';

let consumer: Consumer;
let own: OwnBrowser;
let site: string;
const servers: FileServer[] = [];

beforeAll(async () => {
  consumer = installPacked();
  site = await bundlePage(consumer, 'training', trainingProgram('globalThis.deliver'));
  own = await startBrowser();
}, 240_000);

afterAll(async () => {
  await own?.close();
  await Promise.all(servers.map((server) => server.close()));
  consumer?.remove();
});

function trainInNode(before: string): Report {
  const printed = consumer.run(trainingProgram('((report) => console.log(JSON.stringify(report)))', before));
  return checked(JSON.parse(printed) as Report | { error: string });
}

async function trainInPage(
  headers: Readonly<Record<string, string>>,
): Promise<Report & { isolated: boolean }> {
  const server = await serveFolder(site, headers);
  servers.push(server);
  const page = await own.browser.newPage();
  try {
    const report = checked(await reportOf(page, server.url));
    return { ...report, isolated: await page.evaluate('crossOriginIsolated') };
  } finally {
    await page.close();
  }
}

/** Opens the page and waits until it delivers, fails or crashes. */
async function reportOf(page: Page, url: string): Promise<Report | { error: string }> {
  const { promise, resolve, reject } = Promise.withResolvers<Report | { error: string }>();
  await page.exposeFunction('deliver', resolve);
  page.on('pageerror', reject);
  page.on('crash', () => reject(new Error('the page crashed')));
  const [report] = await Promise.all([promise, page.goto(url)]);
  return report;
}

function checked(report: Report | { error: string }): Report {
  if ('error' in report) throw new Error(report.error);
  return report;
}

describe('30 training steps of the packed package', () => {
  let expected: Report;
  beforeAll(() => {
    expected = trainInNode('configure({ threads: 1 });');
  }, 240_000);

  test('learn in Node', () => {
    expect(expected.losses).toHaveLength(3);
    expect(expected.losses[2]).toBeLessThan(0.8 * expected.losses[0]!);
  });

  test('give the same bits in Node on two threads', () => {
    const two = trainInNode('configure({ threads: 2 });');
    expect(two).toEqual({ ...expected, threads: 2, sharedMemory: true });
  });

  test('give the same bits in an isolated page, with shared memory', async () => {
    const { isolated, threads, sharedMemory, ...results } = await trainInPage(isolation);
    expect({ isolated, sharedMemory }).toEqual({ isolated: true, sharedMemory: true });
    expect(threads).toBeGreaterThan(1);
    expect(expected).toMatchObject(results);
  });

  test('give the same bits in a page without isolation, on one thread', async () => {
    const { isolated, threads, sharedMemory, ...results } = await trainInPage({});
    expect({ isolated, threads, sharedMemory }).toEqual({ isolated: false, threads: 1, sharedMemory: false });
    expect(expected).toMatchObject(results);
  });
});

test('a page that trains from arrays loads no reader of files', async () => {
  const core = await bundlePage(
    consumer,
    'core',
    "import { layers, sequential } from 'atrous';\nglobalThis.model = sequential([layers.dense({ units: 2 })], { inputShape: [3] });",
  );
  const { bytes, files } = initialSize(core);
  console.log(
    `Browser bundle, core without files: ${(bytes / 1024).toFixed(1)} KiB after gzip in ${files.join(', ')}`,
  );
  expect(files.length).toBeGreaterThan(0);
  expect(bytes).toBeLessThan(250 * 1024);
});
