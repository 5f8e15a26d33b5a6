import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { encode } from 'fast-png';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makePlace, type Place, run } from './spawn.test-support.ts';

let place: Place;
beforeAll(async () => {
  place = makePlace(60, 40);
  const args = ['train', place.data, '--epochs', '2', '--batch-size', '24', '--out', place.path('run')];
  const { code, stderr } = await run([...args, '--seed', '5']);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
});
afterAll(() => place.remove());

const written = (name = 'report.html'): string => readFileSync(place.path('run', name), 'utf8');
/** Without the time at which it was written. */
const timeless = (html: string): string => html.replace(/\d{4}-\d\d-\d\d \d\d:\d\d UTC/g, '');

describe('the report of a training', () => {
  test('says what was asked for, on what it ran, and what to type to have the same again', () => {
    const html = written();
    expect(html.replace(/<\/?span[^>]*>/g, '')).toContain(
      `train ${place.data} --epochs 2 --batch-size 24 --out ${place.path('run')} --seed 5`,
    );
    expect(html).toMatch(/<dt>seed<\/dt><dd>5<\/dd>/);
    expect(html).toMatch(/<dt>processor<\/dt><dd>.+ cores?<\/dd>/);
    expect(html).toMatch(/<dt>hash of the weights<\/dt><dd><code>[0-9a-f]{64}<\/code>/);
    expect(html).toMatch(/trained for 2 epochs on 60 samples of /);
  });

  test('is the one that atrous report draws later', async () => {
    const output = place.path('run', 'again.html');
    const { code, stdout, stderr } = await run(['report', place.path('run'), '--output', output, '--json']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(JSON.parse(stdout)).toMatchObject({ report: output });
    expect(timeless(written('again.html'))).toBe(timeless(written()));
  });

  test('is left out with --no-report, and told of nowhere', async () => {
    const out = place.path('bare');
    const { code, stdout } = await run(['train', place.data, '--epochs', '1', '--no-report', '--out', out]);
    expect(code).toBe(0);
    expect(stdout).not.toContain('report.html');
    expect(existsSync(place.path('bare', 'report.html'))).toBe(false);
    const drawn = await run(['report', out]);
    expect(drawn).toMatchObject({
      code: 0,
      stderr: '',
      stdout: `Wrote ${place.path('bare', 'report.html')}\n`,
    });
    expect(statSync(place.path('bare', 'report.html')).size).toBeGreaterThan(10_000);
  });

  test('of pictures in a folder a class calls the classes by the names of the folders', async () => {
    for (const [k, name] of ['dark & dim', 'light'].entries()) {
      mkdirSync(place.path('pictures', name), { recursive: true });
      for (let n = 0; n < 5; n++) {
        const data = Uint8Array.from({ length: 64 }, (_, pixel) => 200 * k + ((pixel * (n + 3)) % 50));
        const png = encode({ width: 8, height: 8, data, channels: 1, depth: 8 });
        writeFileSync(place.path('pictures', name, `${n}.png`), png);
      }
    }
    const out = place.path('named');
    const options = ['--model', 'seed', '--epochs', '1', '--out', out];
    const trained = await run(['train', '--folder', place.path('pictures'), ...options]);
    expect({ code: trained.code, stderr: trained.stderr }).toEqual({ code: 0, stderr: '' });
    const html = readFileSync(place.path('named', 'report.html'), 'utf8');
    expect(html).toContain('<th scope="row">dark &amp; dim</th>');
    expect(await run(['report', out])).toMatchObject({ code: 0, stderr: '' });
    expect(timeless(readFileSync(place.path('named', 'report.html'), 'utf8'))).toBe(timeless(html));
  });

  test('that cannot be written leaves the model, a sentence and exit code 1', async () => {
    const out = place.path('blocked');
    mkdirSync(place.path('blocked', 'report.html'), { recursive: true });
    const { code, stdout, stderr } = await run([
      'train',
      place.data,
      '--epochs',
      '1',
      '--json',
      '--out',
      out,
    ]);
    expect(code).toBe(1);
    expect(stderr).toMatch(/^atrous: There is no report: Cannot write \S+report\.html: it is a folder\.\n/);
    expect(stderr).toMatch(/Draw it later: .* report \S+blocked\n$/);
    const end = JSON.parse(stdout.trim().split('\n').at(-1)!) as { event: string; files: object };
    expect(end.event).toBe('end');
    expect(end.files).not.toHaveProperty('report');
    rmSync(place.path('blocked', 'report.html'), { recursive: true });
    expect(await run(['evaluate', place.path('blocked', 'model.keras'), place.data])).toMatchObject({
      code: 0,
    });
  });
});

describe('atrous report ends with a sentence and code 2 for', () => {
  const refused = async (args: readonly string[], sentence: RegExp): Promise<void> => {
    const { code, stdout, stderr } = await run(['report', ...args]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(sentence);
    expect(stderr).toMatch(/^atrous: .*\n$/);
  };

  test('a folder that is not there', () =>
    refused([place.path('none')], /Cannot read \S+none\S*history\.json/));

  test('a history that is none', async () => {
    mkdirSync(place.path('odd'), { recursive: true });
    for (const text of ['{', '[]', '{"epoch":[1],"history":{"loss":["<script>"]},"seconds":[1]}']) {
      writeFileSync(place.path('odd', 'history.json'), text);
      await refused([place.path('odd')], /odd\S*history\.json: it is no history of a training/);
    }
  });
});
