import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import axe from 'axe-core';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { tensorDataset } from '../../src/data/tensor-dataset.ts';
import { sequential } from '../../src/model/model.ts';
import * as layers from '../../src/nn/layers/index.ts';
import { report } from '../../src/report/index.ts';
import { rows, smallModel } from '../../src/report/report.test-support.ts';
import { tensor } from '../../src/tensor/tensor.ts';
import { type OwnBrowser, startBrowser } from './chromium.ts';

const history = {
  epoch: [0, 1, 2],
  history: {
    loss: [1, 0.5, 0.25],
    accuracy: [0.5, 0.8, 0.9],
    valLoss: [1, 0.6, 0.4],
    valAccuracy: [0.5, 0.7, 0.8],
  },
  seconds: [2, 1, 1],
};
const long = 'a_layer_whose_name_is_longer_than_a_line_of_a_phone_and_has_no_blank_in_it';

/** Images with a hostile and a long name among the layers, and what all may say of a training. */
async function ofImages(): Promise<string> {
  const model = smallModel(long);
  const { processor, command } = {
    processor: 'P'.repeat(80),
    command: `npx atrous train --out ${'x'.repeat(120)}`,
  };
  const html = await report(model, history, rows(60), {
    title: `<b>${long}</b>`,
    dataName: 'rows',
    classNames: ['the upper half of it', 'the lower half of it'],
    settings: { 'batch size': 32 },
    machine: { processor },
    command,
  });
  model.dispose();
  return html;
}

/** A series of which two values are foretold, large ones too. */
async function ofSeries(): Promise<string> {
  const model = sequential(
    [
      layers.separableConv1d({
        filters: 3,
        kernelSize: 3,
        dilationRate: 4,
        padding: 'causal',
        activation: 'relu',
      }),
      layers.conv1d({ filters: 2, kernelSize: 3, dilationRate: 8, padding: 'causal' }),
      layers.globalAveragePooling1d(),
      layers.dense({ units: 2 }),
    ],
    { inputShape: [64, 2], name: 'series' },
  );
  model.compile({ loss: 'meanSquaredError' });
  const x = Float32Array.from({ length: 30 * 128 }, (_, k) => ((k * 13) % 29) / 29);
  const y = Float32Array.from({ length: 60 }, (_, k) => (k % 2 === 0 ? 1234.5 * k : -k / 3000));
  const large = { ...history, history: { loss: [5_432_100, 5_432_000, 5_431_900] } };
  const html = await report(model, large, tensorDataset(tensor(x, [30, 64, 2]), tensor(y, [30, 2])));
  model.dispose();
  return html;
}

let own: OwnBrowser;
const folder = mkdtempSync(join(tmpdir(), 'atrous-report-'));
const address = (name: string): string => pathToFileURL(join(folder, `${name}.html`)).href;

beforeAll(async () => {
  writeFileSync(join(folder, 'images.html'), await ofImages());
  writeFileSync(join(folder, 'series.html'), await ofSeries());
  own = await startBrowser();
}, 240_000);
afterAll(async () => {
  await own?.close();
  rmSync(folder, { recursive: true, force: true });
});

interface Screen {
  readonly width: number;
  readonly colorScheme: 'light' | 'dark';
}

async function onScreen<T>(
  name: string,
  { width, colorScheme }: Screen,
  use: (page: Page) => Promise<T>,
): Promise<T> {
  const page = await own.browser.newPage({ viewport: { width, height: 900 }, colorScheme });
  try {
    await page.goto(address(name));
    return await use(page);
  } finally {
    await page.close();
  }
}

describe.each(['images', 'series'])('the report of %s', (name) => {
  test('asks for nothing, runs nothing and complains of nothing', async () => {
    const page = await own.browser.newPage();
    const asked: string[] = [];
    const complaints: string[] = [];
    page.on('request', (request) => asked.push(request.url()));
    page.on('console', (message) => complaints.push(message.text()));
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('dialog', (dialog) => complaints.push(dialog.message()));
    await page.goto(address(name), { waitUntil: 'load' });
    expect(asked.filter((url) => !url.startsWith('data:'))).toEqual([address(name)]);
    expect(complaints).toEqual([]);
    const broken = await page.$$eval(
      'img',
      (images) =>
        images.filter(
          (image) => !(image as HTMLImageElement).complete || (image as HTMLImageElement).naturalWidth === 0,
        ).length,
    );
    expect(broken).toBe(0);
    await page.close();
  });

  test.each([320, 390, 820, 1440])('fits a screen of %i pixels', async (width) => {
    const wider = await onScreen(name, { width, colorScheme: 'light' }, (page) =>
      page.evaluate(() => {
        const inScroll = (element: Element): boolean => element.closest('.scroll') !== null;
        const isOut = (element: Element): boolean => {
          const { left, right } = element.getBoundingClientRect();
          return right > innerWidth + 0.5 || left < 0;
        };
        const out = [...document.querySelectorAll('body *')].filter(
          (element) => !inScroll(element) && isOut(element),
        );
        const scrolled = [...document.querySelectorAll('.scroll')].filter(
          ({ scrollWidth, clientWidth }) => scrollWidth > clientWidth + 1,
        );
        return {
          page: document.documentElement.scrollWidth - innerWidth,
          out: out.map(({ outerHTML }) => outerHTML.slice(0, 100)),
          scrolled: innerWidth < 390 ? [] : scrolled.map((each) => each.getAttribute('aria-label')),
        };
      }),
    );
    expect(wider).toEqual({ page: 0, out: [], scrolled: [] });
  });

  test.each([
    'light',
    'dark',
  ] as const)('pleases axe in %s, on a phone and on a desk', async (colorScheme) => {
    for (const width of [390, 1440]) {
      const found = await onScreen(name, { width, colorScheme }, async (page) => {
        await page.evaluate(axe.source);
        const { violations } = (await page.evaluate('axe.run()')) as axe.AxeResults;
        return violations.map(
          ({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 120)).join(' | ')}`,
        );
      });
      expect(found).toEqual([]);
    }
  });

  test('is light on paper, whatever the screen is', async () => {
    const colours = await onScreen(name, { width: 800, colorScheme: 'dark' }, async (page) => {
      const paper = (): Promise<string> =>
        page.evaluate(() => getComputedStyle(document.body).backgroundColor);
      const screen = await paper();
      await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
      return { screen, print: await paper() };
    });
    expect(colours).toEqual({ screen: 'rgb(18, 21, 25)', print: 'rgb(255, 255, 255)' });
  });

  test('fits the width of A4 between its margins, where nothing scrolls', async () => {
    const cut = await onScreen(name, { width: 688, colorScheme: 'light' }, async (page) => {
      await page.emulateMedia({ media: 'print' });
      return page.$$eval('.scroll', (all) =>
        all
          .filter(({ scrollWidth, clientWidth }) => scrollWidth > clientWidth + 1)
          .map((each) => each.getAttribute('aria-label')),
      );
    });
    expect(cut).toEqual([]);
  });
});
