import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'vite';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type OwnBrowser, startBrowser } from '../browser/chromium.ts';
import { type FileServer, serveFolder } from '../browser/server.ts';
import { root } from '../package/consumer.ts';
import { hands } from './draw.ts';

const text = readFileSync(join(root, 'docs/tutorial.md'), 'utf8');

/** The code of the first block in a language after a sentence that begins so. */
function code(beginning: string, language: string): string {
  const from = text.indexOf(beginning);
  const found = from < 0 ? null : text.slice(from).match(new RegExp(`\`\`\`${language}\n([\\s\\S]*?)\`\`\``));
  if (!found) throw new Error(`The tutorial has no code in ${language} after "${beginning}".`);
  return found[1]!;
}

let folder: string;
let server: FileServer;
let own: OwnBrowser;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'atrous-tutorial-'));
  writeFileSync(join(folder, 'index.html'), code('`index.html` is', 'html'));
  writeFileSync(join(folder, 'main.ts'), code('`main.ts` draws', 'ts'));
  writeFileSync(join(folder, 'recogniser.ts'), code('`recogniser.ts` is', 'ts'));
  copyFileSync(join(root, 'examples/web/public/digits.safetensors'), join(folder, 'digits.safetensors'));
  await build({
    root: folder,
    configFile: false,
    logLevel: 'error',
    base: './',
    worker: { format: 'es' },
    resolve: {
      alias: [
        { find: /^atrous$/, replacement: join(root, 'src/index.browser.ts') },
        { find: /^atrous\/datasets$/, replacement: join(root, 'src/datasets.browser.ts') },
      ],
    },
  });
  server = await serveFolder(join(folder, 'dist'), {});
  own = await startBrowser();
});

afterAll(async () => {
  await own?.close();
  await server?.close();
  rmSync(folder, { recursive: true, force: true });
});

test('the page of the tutorial reads digits', async () => {
  const page = await own.browser.newPage();
  const problems: string[] = [];
  page.on('pageerror', (error) => problems.push(error.message));
  await page.goto(server.url);
  const { x, y } = (await page.locator('canvas').boundingBox())!;
  for (const digit of [2, 7]) {
    await page.click('button');
    for (const stroke of hands.thick!.digits[digit]!) {
      await page.mouse.move(x + 280 * stroke[0]![0], y + 280 * stroke[0]![1]);
      await page.mouse.down();
      for (const [u, v] of stroke) await page.mouse.move(x + 280 * u, y + 280 * v);
      await page.mouse.up();
    }
    await page.waitForFunction(
      (begin) => document.querySelector('output')!.textContent.startsWith(begin),
      `${digit}, `,
      { timeout: 20_000 },
    );
  }
  expect(problems).toEqual([]);
});
