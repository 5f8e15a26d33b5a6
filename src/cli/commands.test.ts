import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { encode } from 'fast-png';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { decodeNpy, encodeNpy } from '../formats/npy.ts';
import { makePlace, type Place, run } from './spawn.test-support.ts';
import { packageVersion } from './version.ts';

let place: Place;
beforeAll(async () => {
  place = makePlace(60, 40);
  const { code, stderr } = await run(['train', place.data, '--epochs', '1', '--out', place.path('run')]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
});
afterAll(() => place.remove());

const model = (): string => place.path('run', 'model.keras');

describe('help and version', () => {
  test('--version prints that of the package', async () =>
    expect(await run(['--version'])).toEqual({ code: 0, stdout: `${packageVersion()}\n`, stderr: '' }));

  test.each([
    [],
    ['train'],
    ['evaluate'],
    ['predict'],
    ['inspect'],
    ['doctor'],
  ])('%s --help has an example', async (...args) => {
    const { code, stdout, stderr } = await run([...args, '--help']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(new RegExp(`Examples?:\n  npx .* ${args[0] ?? 'train'}`));
    for (const line of stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(120);
  });

  test('without a command help goes to standard error, with code 2', async () => {
    const { code, stdout, stderr } = await run([]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain('Usage: atrous');
  });
});

describe('atrous evaluate', () => {
  test('gives the numbers of the last epoch, from either file', async () => {
    const { history } = JSON.parse(readFileSync(place.path('run', 'history.json'), 'utf8'));
    for (const name of ['model.keras', 'model.safetensors']) {
      const { code, stdout, stderr } = await run(['evaluate', place.path('run', name), place.data, '--json']);
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      const result = JSON.parse(stdout);
      expect(result).toMatchObject({
        loss: history.valLoss[0],
        accuracy: history.valAccuracy[0],
        images: 40,
      });
    }
  });

  test('prints a line for people', async () => {
    const { stdout } = await run(['evaluate', model(), place.data]);
    expect(stdout).toMatch(/^40 test images: loss \d\S+, accuracy \d\S+ % \(.* s\)\n$/);
  });
});

describe('atrous predict', () => {
  test('prints a class a sample', async () => {
    const { code, stdout, stderr } = await run([
      'predict',
      model(),
      '--input',
      place.path('run', 'sample.npy'),
    ]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^(\d {2}class \d {2}\d+\.\d\d %\n){10}$/);
  });

  test('writes what it prints as JSON', async () => {
    const output = place.path('y.npy');
    const args = [
      'predict',
      model(),
      '--input',
      place.path('run', 'sample.npy'),
      '--output',
      output,
      '--json',
    ];
    const { code, stdout } = await run(args);
    expect(code).toBe(0);
    const lines = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    const { shape, data, dtype } = decodeNpy(readFileSync(output), output);
    expect({ shape, dtype }).toEqual({ shape: [10, 10], dtype: 'f32' });
    expect(lines.flatMap(({ prediction }) => prediction)).toEqual([...(data as Float32Array)]);
    for (const { class: best, prediction } of lines) expect(prediction[best]).toBe(Math.max(...prediction));
  });

  test('takes one image without the axes of extent 1, in any element type', async () => {
    const sample = decodeNpy(readFileSync(place.path('run', 'sample.npy')), 'sample');
    const image = (sample.data as Uint8Array).slice(0, 784);
    const inputs = [
      encodeNpy({ dtype: 'u8', shape: [28, 28], data: image }),
      encodeNpy({ dtype: 'f64', shape: [1, 28, 28], data: Float64Array.from(image) }),
      encodeNpy({ dtype: 'i64', shape: [1, 28, 28, 1], data: BigInt64Array.from(image, BigInt) }),
    ];
    const printed = [];
    for (const bytes of inputs) {
      writeFileSync(place.path('x.npy'), bytes);
      printed.push((await run(['predict', model(), '--input', place.path('x.npy'), '--json'])).stdout);
    }
    expect(printed[0]).toMatch(/^\{"index":0,"class":\d,/);
    expect(printed).toEqual([printed[0], printed[0], printed[0]]);
  });
});

describe('atrous predict --input digit.png', () => {
  const stroke = { width: 90, height: 120, channels: 1 };
  const ink = Uint8Array.from({ length: 90 * 120 }, (_, k) => (Math.abs((k % 90) - 45) < 5 ? 20 : 240));

  test('says how pictures are prepared, and a class a file', async () => {
    const files = ['one.png', 'two.png'].map((name) => place.path(name));
    for (const file of files) writeFileSync(file, encode({ ...stroke, data: ink }));
    const { code, stdout, stderr } = await run(['predict', model(), '--input', ...files]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const [first, ...lines] = stdout.trimEnd().split('\n');
    expect(first).toBe('Pictures become like those of MNIST: light on black, centred in 28 x 28.');
    expect(lines).toHaveLength(2);
    expect(lines[0]).toMatch(/one\.png {2}class \d {2}\d+\.\d\d %$/);
    const json = await run(['predict', model(), '--input', files[0]!, '--json']);
    expect(JSON.parse(json.stdout)).toMatchObject({ index: 0, file: files[0] });
  });

  test('refuses arrays among pictures, and more than one array', async () => {
    const sample = place.path('run', 'sample.npy');
    for (const other of [place.path('one.png'), sample]) {
      const { code, stderr } = await run(['predict', model(), '--input', sample, other]);
      expect(code).toBe(2);
      expect(stderr).toContain(
        'Expected pictures (.png, .jpg, .jpeg) and folders of pictures, or one .npy file.',
      );
    }
  });
});

describe('what cannot work ends with a sentence and code 2', () => {
  const corrupt = (name: string, change: (bytes: Buffer) => Uint8Array): string => {
    const path = place.path(`corrupt-${name}`);
    writeFileSync(path, change(readFileSync(place.path('run', name))));
    return path;
  };

  test.each<[string, () => string[], RegExp]>([
    [
      'a model that is cut off',
      () => ['evaluate', corrupt('model.keras', (b) => b.subarray(0, b.length / 2)), place.data],
      /corrupt-model\.keras/,
    ],
    [
      'a state that is cut off',
      () => ['evaluate', corrupt('model.safetensors', (b) => b.subarray(0, 1000)), place.data],
      /corrupt-model\.safetensors/,
    ],
    [
      'a model of zeros',
      () => ['predict', corrupt('model.keras', (b) => new Uint8Array(b.length)), '--input', 'x'],
      /corrupt-model\.keras/,
    ],
    [
      'a model that is not there',
      () => ['evaluate', place.path('gone.keras'), place.data],
      /gone\.keras: no such file/,
    ],
    ['a model that is a folder', () => ['evaluate', place.data, place.data], /digits/],
    ['no input', () => ['predict', model()], /Required option '--input <file\.\.\.>' not specified/],
    [
      'an input that is not there',
      () => ['predict', model(), '--input', 'gone.npy'],
      /Cannot read gone\.npy: no such file/,
    ],
    ['an input that is no .npy file', () => ['predict', model(), '--input', model()], /or one \.npy file/],
    [
      'an output below a file',
      () => ['predict', model(), '--input', place.path('run', 'sample.npy'), '--output', `${model()}/y.npy`],
      /y\.npy/,
    ],
    ['no model', () => ['evaluate'], /Missing required argument 'MODEL'/],
  ])('%s', async (_, args, sentence) => {
    const before = readdirSync(place.path('run'));
    const { code, stdout, stderr } = await run(args());
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(sentence);
    expect(stderr).toMatch(/^atrous: .*\n$/);
    expect(readdirSync(place.path('run'))).toEqual(before);
  });

  test('an input of another shape or with NaN', async () => {
    const path = place.path('wrong.npy');
    writeFileSync(path, encodeNpy({ dtype: 'u8', shape: [2, 27, 28], data: new Uint8Array(2 * 27 * 28) }));
    const wrong = await run(['predict', model(), '--input', path]);
    expect(wrong).toMatchObject({ code: 2, stdout: '' });
    expect(wrong.stderr).toMatch(/Expected \[samples, 28, 28, 1\]\. Received: \[2, 27, 28\]\.\n$/);
    writeFileSync(
      path,
      encodeNpy({ dtype: 'f32', shape: [28, 28], data: new Float32Array(784).fill(Number.NaN) }),
    );
    const output = place.path('nan.npy');
    const nan = await run(['predict', model(), '--input', path, '--output', output]);
    expect(nan).toMatchObject({ code: 2, stdout: '' });
    expect(nan.stderr).toContain('NaN');
    expect(existsSync(output)).toBe(false);
  });
});

describe('atrous doctor', () => {
  test('tells what the machine offers and that a training works', async () => {
    const { code, stdout, stderr } = await run(['doctor', '--json']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const facts = JSON.parse(stdout);
    expect(facts).toMatchObject({ node: process.versions.node, simd: true, sharedMemory: true });
    expect(facts.trial.works).toBe(true);
    expect(facts.memory.total).toBeGreaterThan(facts.memory.free);
  });

  test('prints a table for people', async () => {
    const { code, stdout } = await run(['doctor']);
    expect(code).toBe(0);
    for (const row of ['Node', 'Memory', 'Threads', 'Shared memory', 'WebAssembly SIMD', 'V8 revectorize'])
      expect(stdout).toMatch(new RegExp(`^${row} +\\S`, 'm'));
    expect(stdout).toMatch(/^Trial training +works /m);
  });
});
