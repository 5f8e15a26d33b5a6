import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hashOfWeights, newModel, type Settings, trainOn } from '../../examples/web/src/recipe.ts';
import { mnist } from '../../src/datasets.ts';
import { type Device, drawDigit, hands, readingOf } from './draw.ts';
import { hashOn, openSite, type Site, textOf, untilStatus, type Visit, visit } from './site.ts';

let site: Site;
beforeAll(async () => {
  site = await openSite();
});
afterAll(() => site?.close());

async function visiting<T>(visitor: Promise<Visit>, work: (visitor: Visit) => Promise<T>): Promise<T> {
  const visited = await visitor;
  try {
    const result = await work(visited);
    expect(visited.problems).toEqual([]);
    return result;
  } finally {
    await visited.close();
  }
}

describe('digits drawn with a pointer', () => {
  const devices: Readonly<Record<string, Device>> = {
    thick: 'mouse',
    thin: 'mouse',
    offCentre: 'touch',
    small: 'pen',
  };

  test.each(Object.entries(hands))('are recognised: the %s hand', async (name, hand) => {
    const hasTouch = devices[name] === 'touch';
    await visiting(visit(site, site.isolated, { hasTouch }), async ({ page }) => {
      await page.check(`input[name="pen"][value="${hand.pen}"]`, { force: true });
      const read: string[] = [];
      for (const digit of hand.digits.keys()) {
        await drawDigit(page, hand, digit, devices[name]!);
        read.push(await readingOf(page, digit));
      }
      expect(read).toEqual(['0', '1', '2', '3', '4', '5', '6', '7', '8', '9']);
    });
  });
});

test('a digit is drawn, undone and cleared with the keyboard', async () => {
  await visiting(visit(site, site.isolated), async ({ page }) => {
    const { keyboard } = page;
    await page.focus('#pad');
    for (let k = 0; k < 12; k++) await keyboard.press('ArrowUp');
    await keyboard.press(' ');
    for (let k = 0; k < 8; k++) await keyboard.press('Shift+ArrowDown');
    await keyboard.press(' ');
    expect(await readingOf(page, 1)).toBe('1');
    await keyboard.press('Backspace');
    await page.waitForFunction(() => document.getElementById('best')!.textContent === '–');
    expect(await page.locator('#undo').isDisabled()).toBe(true);
  });
});

/** Compiles an empty module in the page's own thread, and gives the number of those that were seen there. */
async function compileOne(): Promise<number> {
  await WebAssembly.compile(new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0]));
  return window.watched.modules;
}

describe('training', () => {
  const settings: Settings = { epochs: 2, batchSize: 128, seed: 3, images: 1280 };
  const query = '?epochs=2&images=1280&seed=3';
  let expected: string;
  beforeAll(async () => {
    const model = newModel(settings);
    for await (const _ of trainOn(model, await mnist(), settings)) void _;
    expected = await hashOfWeights(model);
    model.dispose();
  });

  const trainToTheEnd = async (page: Page): Promise<string> => {
    await page.click('#run');
    await untilStatus(page, 'finished');
    return hashOn(page);
  };

  test.each(['isolated', 'plain'] as const)('gives the weights of Node, bit for bit: %s', async (way) => {
    await visiting(visit(site, site[way] + query), async ({ page }) => {
      expect(await page.evaluate('crossOriginIsolated')).toBe(way === 'isolated');
      expect(await trainToTheEnd(page)).toBe(expected);
      expect(await textOf(page, 'machine')).toMatch(
        way === 'plain' ? /^1 thread: the server/ : /shared memory/,
      );
    });
  });

  test('loses nothing by a pause and a reload', async () => {
    await visiting(visit(site, site.isolated + query), async ({ page }) => {
      await page.click('#run');
      await page.waitForFunction(() => document.querySelector('progress')!.value >= 3, undefined, {
        polling: 10,
      });
      await page.click('#run');
      await untilStatus(page, 'paused');
      const steps = await page.locator('progress').getAttribute('value');
      expect(Number(steps)).toBeGreaterThanOrEqual(3);
      expect(Number(steps)).toBeLessThan(20);
      const hash = await hashOn(page);
      expect(hash).toMatch(/^[0-9a-f]{64}$/);
      expect(hash).not.toBe(expected);
      await page.reload();
      await untilStatus(page, 'paused');
      expect(await hashOn(page)).toBe(hash);
      expect(await page.locator('progress').getAttribute('value')).toBe(steps);
      expect(await trainToTheEnd(page)).toBe(expected);
      await page.reload();
      await untilStatus(page, 'finished');
      expect(await hashOn(page)).toBe(expected);
    });
  });

  test('goes on from the last save where the page was reloaded without a pause', async () => {
    await visiting(visit(site, `${site.isolated}${query}&save=0`), async ({ page }) => {
      await page.click('#run');
      await page.waitForSelector('#own:enabled', { state: 'attached' });
      await page.reload();
      await untilStatus(page, 'paused');
      const steps = Number(await page.locator('progress').getAttribute('value'));
      expect(steps).toBeGreaterThanOrEqual(1);
      expect(steps).toBeLessThan(20);
      expect(await trainToTheEnd(page)).toBe(expected);
    });
  });

  test('one epoch, even of a quarter of the images, reaches 95 %, and the page draws a frame between any two pieces of news', async () => {
    await visiting(
      visit(site, `${site.isolated}?epochs=1&images=15000&batch=64`),
      async ({ page, requests }) => {
        await page.click('#run');
        await untilStatus(page, 'finished');
        expect(Number.parseFloat(await textOf(page, 'judged'))).toBeGreaterThanOrEqual(95);
        const { progressFrames, modules } = await page.evaluate(() => window.watched);
        expect(progressFrames.length).toBeGreaterThan(20);
        const gaps = progressFrames.slice(1).map((frame, k) => frame - progressFrames[k]!);
        expect(Math.min(...gaps)).toBeGreaterThanOrEqual(1);
        // No module of WebAssembly: no step of the training, and no prediction, ran in the page's own thread.
        expect(modules).toBe(0);
        expect(await page.evaluate(compileOne)).toBe(1);
        const { origin } = new URL(site.isolated);
        const foreign = requests.filter((url) => !url.startsWith(`${origin}/`) && !/^(blob|data):/.test(url));
        expect(foreign).toEqual([]);

        await page.check('input[value="own"]', { force: true });
        await page.waitForSelector('#read[data-ready="own"]');
        await drawDigit(page, hands.thick!, 0, 'mouse');
        expect(await readingOf(page, 0)).toBe('0');
        await expectAccessible(page);
      },
    );
  });
});

test('a host without headers gets shared memory from the service worker, once it is asked for', async () => {
  await visiting(visit(site, site.plain), async ({ page }) => {
    expect(await page.evaluate('crossOriginIsolated')).toBe(false);
    // Hidden on a machine of one core, where more threads would bring nothing.
    await page.evaluate(() => {
      document.getElementById('isolate')!.hidden = false;
    });
    await Promise.all([page.waitForEvent('load'), page.click('#isolate')]);
    await page.waitForSelector('#read[data-ready]');
    expect(await page.evaluate('crossOriginIsolated')).toBe(true);
    await page.waitForFunction(() =>
      /shared memory\.$/.test(document.getElementById('machine')!.textContent!),
    );
  });
});

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

async function expectAccessible(page: Page): Promise<void> {
  await page.evaluate(axe);
  const violations = await page.evaluate(async () => {
    const { run } = (
      window as unknown as {
        axe: { run(): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> };
      }
    ).axe;
    return (await run()).violations.map(
      ({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`,
    );
  });
  expect(violations).toEqual([]);
}

describe.each([390, 820, 1440])('at a width of %i pixels', (width) => {
  test.each([
    'light',
    'dark',
  ] as const)('%s: nothing for axe to find, nothing beyond the edge', async (colorScheme) => {
    const options = { viewport: { width, height: 844 }, colorScheme, hasTouch: width === 390 };
    await visiting(visit(site, site.isolated, options), async ({ page }) => {
      await drawDigit(page, hands.thick!, 8, 'mouse');
      await readingOf(page, 8);
      await expectAccessible(page);
      const beyond = await page.evaluate(() =>
        [...document.querySelectorAll('body *')]
          .filter((each) => each.getBoundingClientRect().right > innerWidth + 0.5)
          .map(({ tagName, id }) => `${tagName} ${id}`),
      );
      expect(beyond).toEqual([]);
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);
    });
  });
});
