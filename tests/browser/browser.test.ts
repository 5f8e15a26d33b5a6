import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { tableNetworks } from '../bits/table-networks.ts';
import { results, type TrainingReport, trainNetwork } from '../bits/train-network.ts';
import { type Consumer, installPacked } from '../package/consumer.ts';
import { type OwnBrowser, startBrowser } from './chromium.ts';
import { type FileReport, fileProgram } from './files.ts';
import { networksProgram } from './networks.ts';
import { bundlePage, initialSize } from './page.ts';
import { type PoolReport, poolProgram } from './pool.ts';
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
  return checked<Report>(JSON.parse(printed) as Report | { error: string });
}

async function trainInPage(
  headers: Readonly<Record<string, string>>,
): Promise<Report & { isolated: boolean }> {
  const { isolated, report } = await openPage<Report>(site, headers);
  return { ...report, isolated };
}

/** Serves a site with these headers and opens it in a page of its own until it has reported. */
async function openPage<T>(
  folder: string,
  headers: Readonly<Record<string, string>>,
  query = '',
): Promise<{ isolated: boolean; report: T }> {
  const server = await serveFolder(folder, headers);
  servers.push(server);
  const page = await own.browser.newPage();
  try {
    const report = checked(await reportOf<T>(page, server.url + query));
    return { report, isolated: await page.evaluate('crossOriginIsolated') };
  } finally {
    await page.close();
  }
}

/** Opens the page and waits until it delivers, fails or crashes. */
async function reportOf<T>(page: Page, url: string): Promise<T | { error: string }> {
  const { promise, resolve, reject } = Promise.withResolvers<T | { error: string }>();
  await page.exposeFunction('deliver', resolve);
  page.on('pageerror', reject);
  page.on('crash', () => reject(new Error('the page crashed')));
  const [report] = await Promise.all([promise, page.goto(url)]);
  return report;
}

function checked<T>(report: T | { error: string }): T {
  const { error } = report as { error?: string };
  if (error !== undefined) throw new Error(error);
  return report as T;
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

test(
  'every network of the bench has the same bits in an isolated page as in Node',
  {
    timeout: 120_000,
  },
  async () => {
    const networksSite = await bundlePage(consumer, 'networks', networksProgram('globalThis.deliver'));
    const { report } = await openPage<TrainingReport[]>(networksSite, isolation);
    expect(report[0]).toMatchObject({ sharedMemory: true, revectorize: false });
    const expected: TrainingReport[] = [];
    for (const entry of Object.values(tableNetworks)) expected.push(await trainNetwork(entry));
    expect(results(report)).toEqual(results(expected));
  },
);

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

test('a page writes and reads the files that Node writes and reads', { timeout: 180_000 }, async () => {
  const filesSite = await bundlePage(consumer, 'files', fileProgram('globalThis.deliver'));
  const { report } = await openPage<FileReport>(filesSite, {});
  const node = JSON.parse(
    consumer.run(fileProgram('((report) => console.log(JSON.stringify(report)))')),
  ) as FileReport;
  expect(report.native).toBe(node.native);
  expect(report.predictions).toEqual(node.predictions);
  expect(report.predictions[1]).toEqual(report.predictions[0]);
  expect(report.predictions[2]).toEqual(report.predictions[0]);
  expect(report.refused).toMatch(/^Cannot read the given bytes: .*zip/);
  // HDF5 has workers of its own: one that was stopped, and none before it was needed.
  expect(report.workers).toBe(1);
  expect(report.stopped).toMatch(/^Cannot read the given bytes: the HDF5 library took longer than/);
  expect(report.longestPause).toBeLessThan(1000);
  const [predictions] = node.predictions;
  const reread = consumer.run(`
    import { loadModel, tensor } from 'atrous';
    const images = tensor(Float32Array.from({ length: 2 * 72 }, (_, k) => (k % 11) / 11), [2, 6, 6, 2]);
    const model = await loadModel(Buffer.from('${report.keras}', 'base64'));
    console.log(JSON.stringify(Array.from((await model.predict(images)).data)));
  `);
  expect(JSON.parse(reread)).toEqual(predictions);
});

describe('the worker pool', () => {
  const noBlobs = { ...isolation, 'Content-Security-Policy': "worker-src 'self'" };
  const expected = {
    counts: [600, 600, 300, 300, 300, 0],
    ring: new Array(13).fill(1),
    failure: 'A step failed: unreachable.',
    disposed: 'The session was disposed.',
  };
  let poolSite: string;
  beforeAll(async () => {
    poolSite = await bundlePage(consumer, 'pool', await poolProgram('globalThis.deliver'));
  });

  test('shares memory with three workers, and the page answers meanwhile', async () => {
    const { report } = await openPage<PoolReport>(poolSite, isolation);
    expect(report).toEqual({ ...expected, shared: true, threads: 3, answered: true });
  });

  test('runs on the calling thread without isolation', async () => {
    const { report } = await openPage<PoolReport>(poolSite, {});
    expect(report).toMatchObject({ ...expected, shared: false, threads: 1 });
  });

  test('takes its worker from an address where the page’s content policy forbids blobs', async () => {
    await expect(openPage(poolSite, noBlobs)).rejects.toThrow(
      /RuntimeError: A worker could not be started.*workerUrl/,
    );
    const { report } = await openPage<PoolReport>(poolSite, noBlobs, '?workerUrl');
    expect(report).toEqual({ ...expected, shared: true, threads: 3, answered: true });
  });
});
