import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { encodeNpy } from '../formats/npy.ts';
import { sequential } from '../model/model.ts';
import * as layers from '../nn/layers/index.ts';
import { seed } from '../zoo/index.ts';
import { runCommandLine } from './program.ts';
import { run } from './spawn.test-support.ts';

interface Printed {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the command in this process, on a terminal with so many columns or into a pipe. */
async function inspect(
  args: readonly string[],
  columns?: number,
  env: Readonly<Record<string, string>> = {},
): Promise<Printed> {
  let [stdout, stderr] = ['', ''];
  const code = await runCommandLine(['inspect', ...args], {
    stdout: { isTTY: columns !== undefined, columns, write: (text) => (stdout += text) },
    stderr: { write: (text) => (stderr += text) },
    env,
    now: () => performance.now() / 1000,
    self: 'npx atrous',
    exitCode: 0,
  });
  return { code, stdout, stderr };
}

let folder: string;
const path = (name: string): string => join(folder, name);

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'atrous-inspect-'));
  const small = sequential(
    [
      layers.conv2d({ name: 'a<b>&"c"', filters: 2, kernelSize: 3, dilationRate: [2, 3] }),
      layers.globalMaxPooling2d(),
    ],
    { inputShape: [12, 14, 3] },
  );
  await small.save(path('small.keras'));
  small.dispose();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('atrous inspect --json', () => {
  test('tells costs, fields and gridding of a network by its name', async () => {
    const { code, stdout, stderr } = await inspect(['seed', '--json']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^\{.*\}\n$/);
    const report = JSON.parse(stdout);
    const { parameters, multiplyAdds } = seed().costs();
    expect(report).toMatchObject({
      network: 'seed',
      whole: { parameters, multiplyAdds, receptiveField: [{ axes: [{ whole: true }, { whole: true }] }] },
      standard: { parameters: 144_266 },
      gridding: [
        {
          dilations: [
            [2, 2],
            [2, 2],
          ],
          reached: 25,
          offsets: 81,
          complete: false,
          better: [
            [1, 1],
            [3, 3],
          ],
        },
      ],
    });
    expect(report.layers[2]).toMatchObject({
      name: 'separable_conv2d_1',
      outputShape: [28, 28, 64],
      parameters: 2400,
      activationBytes: 4 * 28 * 28 * 64,
      standard: { parameters: 18_496 },
      fields: [{ axes: [{ size: 9, stride: 1, offset: -4 }, { size: 9 }] }],
    });
    expect(report).not.toHaveProperty('time');
    expect(report).not.toHaveProperty('plan');
  });

  test('--time gives each layer a share', async () => {
    const { time, layers: rows } = JSON.parse(
      (await inspect([path('small.keras'), '--time', '--json'])).stdout,
    );
    const shares = rows.map((layer: { timeShare: number }) => layer.timeShare);
    expect(shares).toHaveLength(2);
    expect(Math.min(...shares)).toBeGreaterThanOrEqual(0);
    expect(shares[0] + shares[1]).toBeCloseTo(1, 9);
    expect(time.seconds).toBeGreaterThan(0);
  });

  test('--plan tells equal loop nests of different layers apart', async () => {
    const { plan } = JSON.parse((await inspect(['residual-small', '--plan', '--json'])).stdout);
    const seen = new Set(plan.kernels.flatMap((kernel: { layers: string[] }) => kernel.layers));
    for (const name of [
      'separable_conv2d',
      'separable_conv2d_1',
      'conv2d_2',
      'batch_normalization_8',
      'dense',
    ])
      expect(seen).toContain(name);
  });

  test('--plan lists loop nests with the operations of their definitions', async () => {
    const { plan } = JSON.parse((await inspect([path('small.keras'), '--plan', '--json'])).stdout);
    expect(plan.segments[0].microBatch).toBeGreaterThan(0);
    expect(plan.scratchBytes).toBeGreaterThan(0);
    const operations = plan.kernels.reduce(
      (sum: number, kernel: { operations: number }) => sum + kernel.operations,
      0,
    );
    // [8, 8, 2] sums of 27 products, their biases (before or behind the maximum), and the maximum of 64 values twice
    expect(operations).toBeGreaterThanOrEqual(128 * 54 + 2 + 128);
    expect(operations).toBeLessThanOrEqual(128 * 54 + 128 + 128);
    let shares = 0;
    for (const kernel of plan.kernels) {
      expect(kernel.cycles).toBeGreaterThan(0);
      // the model allows four vector operations a cycle
      const allowed = kernel.operations / kernel.cycles / (4 * plan.lanes);
      expect(kernel.predictedGigaflops).toBeCloseTo(allowed * plan.peakGigaflops, 6);
      if (kernel.operations > 0) expect(kernel.measuredGigaflops).toBeGreaterThan(0);
      expect(kernel.shareOfPeak).toBeCloseTo(kernel.measuredGigaflops / plan.peakGigaflops, 9);
      shares += kernel.shareOfTime;
    }
    expect(shares).toBeCloseTo(1, 9);
    expect(plan.kernels.some((kernel: { layers: string[] }) => kernel.layers.includes('a<b>&"c"'))).toBe(
      true,
    );
  });
});

describe('on a terminal', () => {
  test.each([
    ['seed', 80],
    ['seed', 120],
    ['tcn', 80],
    ['residual-small', 80],
    ['residual-small', 50],
  ])('%s fits into %i columns', async (name, columns) => {
    const { code, stdout } = await inspect([name, '--plan'], columns, { NO_COLOR: '1' });
    expect(code).toBe(0);
    expect(stripVTControlCharacters(stdout)).toBe(stdout);
    const tooLong = stdout.split('\n').filter((line) => line.length > columns);
    // figures are never cut: in a very narrow terminal their rows go on behind the edge
    expect(tooLong.filter((line) => columns >= 80 || /[┌│·░]/.test(line))).toEqual([]);
    expect(stdout).toContain('whole network');
    expect(stdout).toContain('Gridding');
  });

  test('colours need a terminal', async () => {
    const coloured = await inspect(['seed'], 100);
    const piped = await inspect(['seed']);
    expect(stripVTControlCharacters(coloured.stdout)).not.toBe(coloured.stdout);
    expect(stripVTControlCharacters(piped.stdout)).toBe(piped.stdout);
    expect(piped.stdout).toContain('Standard: parameters');
  });

  test('says which offsets are never combined, by which rule, and what would be better', async () => {
    const { stdout } = await inspect(['seed']);
    expect(stdout).toContain('· · · · · · · · ·\n');
    expect(stdout).toContain('25 of 81 offsets of the field are combined (30.86 %)');
    expect(stdout).toMatch(/is broken: 2 divides all dilations\.$/m);
    expect(stdout).toContain('Better, with the same field and all offsets: dilations 1, 3.');
    expect((await inspect(['tcn'])).stdout).toContain('All 509 offsets of the field are combined.');
    expect((await inspect(['standard'])).stdout).toContain('Gridding: no dilated convolution.');
  });

  test('draws the field around the middle of the sample', async () => {
    const image = new Float32Array(12 * 14 * 3);
    image.fill(1, 0, 14 * 3);
    writeFileSync(path('x.npy'), encodeNpy({ dtype: 'f32', shape: [1, 12, 14, 3], data: image }));
    const { stdout } = await inspect([path('small.keras'), '--input', path('x.npy')]);
    const lines = stdout.split('\n');
    const top = lines.findIndex((line) => line.startsWith('   ┌───────┐'));
    // position [3, 3] of 8 x 8 reads rows 3 to 7 and columns 3 to 9
    expect(top).toBeGreaterThan(2);
    expect(lines[top - 2]!.slice(0, 16)).toBe('▀'.repeat(16));
    expect(lines.slice(top + 1).findIndex((line) => line.includes('└'))).toBe(3);
  });
});

describe('--svg', () => {
  test('writes a picture of its own with names escaped, readable in dark and light', async () => {
    const { code, stdout } = await inspect([path('small.keras'), '--svg', path('small.svg')]);
    expect(code).toBe(0);
    expect(stdout).toContain(`Wrote ${path('small.svg')}`);
    const svg = readFileSync(path('small.svg'), 'utf8');
    expect(svg).toMatch(/^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg" viewBox="0 0 720 \d+"/);
    expect(svg).toContain('a&lt;b&gt;&amp;&quot;c&quot;');
    expect(svg).toContain('prefers-color-scheme:dark');
    expect(svg.replace('http://www.w3.org/2000/svg', '')).not.toMatch(/https?:|url\(|<script|@import/);
    expect(svg.match(/class="hole"/g)).toHaveLength(5 * 7 - 9);
    expect(svg.match(/class="path"/g)).toHaveLength(9);
    const open: string[] = [];
    for (const [, closing, name, , own] of svg.matchAll(/<(\/?)(\w+)((?:"[^"]*"|[^">])*?)(\/?)>/g)) {
      if (closing) expect(open.pop()).toBe(name);
      else if (!own) open.push(name!);
    }
    expect(open).toEqual([]);
  });

  test('draws better dilations beside those that miss offsets', async () => {
    await inspect(['seed', '--svg', path('seed.svg'), '--json']);
    const svg = readFileSync(path('seed.svg'), 'utf8');
    expect(svg.match(/class="hole"/g)).toHaveLength(81 - 25);
    expect(svg.match(/class="path"/g)).toHaveLength(25 + 81);
  });

  test('draws a series and ways along one axis', async () => {
    await inspect(['tcn', '--svg', path('tcn.svg'), '--json']);
    const svg = readFileSync(path('tcn.svg'), 'utf8');
    expect(svg).toContain('<polyline');
    expect(svg.match(/class="path"/g)).toHaveLength(509);
    expect(svg).not.toContain('NaN');
  });
});

describe('what cannot work ends with a sentence and code 2', () => {
  test.each<[string, () => string[], RegExp]>([
    [
      'an unknown name',
      () => ['sed'],
      /^atrous: Invalid value for MODEL in atrous inspect\..*Did you mean "seed"\?/,
    ],
    ['a model that is not there', () => [path('gone.keras')], /gone\.keras: no such file/],
    ['no model', () => [], /Missing required argument 'MODEL'.*See: atrous inspect --help/],
    ['an unknown option', () => ['seed', '--plans'], /unknown option '--plans'.*Did you mean --plan\?/i],
    ['an input that is not there', () => ['seed', '--input', path('no.npy')], /no\.npy: no such file/],
    [
      'an input of another shape',
      () => ['seed', '--input', path('x.npy')],
      /Expected \[samples, 28, 28, 1\]/,
    ],
    ['a picture below a file', () => ['seed', '--svg', path('small.keras/x.svg')], /x\.svg/],
  ])('%s', async (_, args, sentence) => {
    const { code, stdout, stderr } = await inspect(args());
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(sentence);
    expect(stderr).toMatch(/^atrous: [^\n]*\n$/);
    expect(existsSync(path('x.svg'))).toBe(false);
  });
});

test('runs as a command of its own', async () => {
  const { code, stdout, stderr } = await run(['inspect', 'seed-two-step']);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toContain('seed-two-step: input_layer 28x28x1');
});
