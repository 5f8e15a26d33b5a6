import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { decodeNpy } from '../formats/npy.ts';
import { type Ended, makePlace, type Place, run, start } from './spawn.test-support.ts';

let place: Place;
/** A training of two epochs into `place/run`, as a person reads it. */
let trained: Ended;
const files = [
  'best.safetensors',
  'history.json',
  'model.keras',
  'model.safetensors',
  'report.html',
  'sample.npy',
];

beforeAll(async () => {
  place = makePlace(120, 40);
  const options = ['--epochs', '2', '--batch-size', '24', '--learning-rate', '0.003', '--threads', '2'];
  trained = await run(['train', place.data, '--model', 'seed', ...options, '--out', place.path('run')]);
});
afterAll(() => place.remove());

const jsonLines = (text: string): Record<string, unknown>[] =>
  text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);

describe('atrous train', () => {
  test('prints a line an epoch and a report, without controls, and ends with 0', () => {
    expect(trained).toMatchObject({ code: 0, stderr: '' });
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there
    expect(trained.stdout).not.toMatch(/[\x1b\r]/);
    const lines = trained.stdout.split('\n');
    expect(lines[0]).toMatch(/^seed on .*: 120 images to train with, 40 to test$/);
    expect(lines[1]).toMatch(/^batch 24, learning rate 0\.003, 2 threads/);
    for (const epoch of [1, 2])
      expect(lines[epoch + 1]).toMatch(
        new RegExp(
          `^Epoch ${epoch}/2  loss \\d\\S+  accuracy \\d\\S+ %  val loss \\d\\S+  val accuracy \\d\\S+ %  .* images/s$`,
        ),
      );
    expect(lines[4]).toBe('');
    expect(lines[5]).toMatch(/^Test accuracy \d\d?\d?\.\d\d % after 2 epochs in /);
    expect(trained.stdout).toMatch(/Parameters, convolutions +2,473 +18,816 +7\.6 times fewer\n/);
    expect(trained.stdout).toMatch(/Parameters, whole network +127,923 +144,266 +1\.13 times fewer\n/);
  });

  test('writes whole files and leaves nothing else', () => {
    expect(readdirSync(place.path('run')).sort()).toEqual(files);
    const history = JSON.parse(readFileSync(place.path('run', 'history.json'), 'utf8'));
    expect(history).toMatchObject({
      network: 'seed',
      epochs: 2,
      batchSize: 24,
      learningRate: 0.003,
      seed: 0,
    });
    expect(Object.keys(history.history)).toEqual(['loss', 'accuracy', 'valLoss', 'valAccuracy']);
    for (const values of Object.values(history.history)) expect(values).toHaveLength(2);
    expect(history.history.loss[1]).toBeLessThan(history.history.loss[0]);
    const sample = decodeNpy(readFileSync(place.path('run', 'sample.npy')), 'sample.npy');
    expect(sample).toMatchObject({ dtype: 'u8', shape: [10, 28, 28, 1] });
  });

  test('says what to type next, and that works', async () => {
    const next = trained.stdout.split('Next:\n')[1]!.trim().split('\n');
    expect(next.map((line) => line.trim().split(' ')[3])).toEqual(['evaluate', 'predict']);
    for (const line of next) {
      const args = line.trim().split(' ').slice(3);
      const { code, stderr } = await run(args);
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    }
  });

  test('with --json prints one object a line, and the same numbers for the same seed', async () => {
    const args = [
      'train',
      place.data,
      '--epochs',
      '2',
      '--batch-size',
      '24',
      '--learning-rate',
      '0.003',
      '--json',
    ];
    const { code, stdout, stderr } = await run([...args, '--threads', '1', '--out', place.path('json')]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const lines = jsonLines(stdout);
    expect(lines.map(({ event }) => event)).toEqual(['start', 'epoch', 'epoch', 'end']);
    expect(lines[0]).toMatchObject({ network: 'seed', threads: 1, trainImages: 120, testImages: 40 });
    const { history } = JSON.parse(readFileSync(place.path('run', 'history.json'), 'utf8'));
    lines.slice(1, 3).forEach((line, k) => {
      expect(line.epoch).toBe(k + 1);
      for (const key of ['loss', 'accuracy', 'valLoss', 'valAccuracy'])
        expect(line[key]).toBe(history[key][k]);
    });
    expect(lines[3]).toMatchObject({
      valAccuracy: history.valAccuracy[1],
      costs: { convolutions: { parameters: 2473 }, standard: { convolutions: { parameters: 18_816 } } },
    });
  });
});

describe('Ctrl-C', () => {
  test('finishes the step, writes the state, says where, ends with 130; --resume goes on', async () => {
    const out = place.path('stopped');
    const common = ['train', place.data, '--json', '--out', out];
    const running = start([...common, '--batch-size', '24', '--epochs', '100000']);
    await running.printed('"epoch":1,');
    running.child.kill('SIGINT');
    const { code, stdout, stderr } = await running.ended;
    expect(code).toBe(130);
    expect(stderr).toContain('Press Ctrl-C again');
    const last = jsonLines(stdout).at(-1)!;
    const checkpoint = place.path('stopped', 'model.safetensors');
    expect(last).toMatchObject({ event: 'interrupted', checkpoint });
    expect(readdirSync(out).sort()).toEqual(['best.safetensors', 'history.json', 'model.safetensors']);

    const epoch = Number(last.epoch);
    const resume = ['--model', checkpoint, '--resume', '--epochs', String(epoch)];
    const resumed = await run([...common, ...resume]);
    expect(resumed).toMatchObject({ code: 0, stderr: '' });
    expect(jsonLines(resumed.stdout)[0]).toMatchObject({ event: 'start', batchSize: 24 });
    const epochs = jsonLines(resumed.stdout).filter(({ event }) => event === 'epoch');
    expect(epochs.map((line) => line.epoch)).toEqual([epoch]);
    const { epoch: recorded } = JSON.parse(readFileSync(place.path('stopped', 'history.json'), 'utf8'));
    expect(recorded).toEqual(Array.from({ length: epoch }, (_, k) => k + 1));
  });

  test('for people prints the path and how to go on', async () => {
    const running = start(['train', place.data, '--epochs', '100000', '--out', place.path('people')]);
    await running.printed('Epoch      1/100000');
    running.child.kill('SIGINT');
    const { code, stdout } = await running.ended;
    expect(code).toBe(130);
    expect(stdout).toContain(`The state is in ${place.path('people', 'model.safetensors')}\n`);
    expect(stdout).toMatch(/ train --resume \S+people\n$/);
  });
});

/** A module that lets the process write so many bytes to files; then the disk is full. */
const fullDisk = (bytes: number): string => `
  import promises from 'node:fs/promises';
  import { syncBuiltinESMExports } from 'node:module';
  let free = ${bytes};
  const open = promises.open;
  promises.open = async (...args) => {
    const handle = await open(...args);
    const write = handle.write.bind(handle);
    handle.write = async (data, offset, length) => {
      if (free === 0) throw Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' });
      const taken = Math.min(free, length);
      free -= taken;
      return write(data, offset, taken);
    };
    return handle;
  };
  syncBuiltinESMExports();
`;

test('a disk that fills up in the second epoch leaves the files of the first, whole', async () => {
  const preload = place.path('full-disk.mjs');
  writeFileSync(preload, fullDisk(4_000_000));
  const out = place.path('full');
  const args = ['train', place.data, '--epochs', '3', '--batch-size', '24', '--json', '--out', out];
  const { code, stdout, stderr } = await run(args, { node: ['--import', preload] });
  expect(stderr).toMatch(/^atrous: Cannot write \S+\.safetensors: the disk is full\.\n$/);
  expect(code).toBe(1);
  expect(readdirSync(out).sort()).toEqual(['best.safetensors', 'history.json', 'model.safetensors']);
  expect(JSON.parse(readFileSync(place.path('full', 'history.json'), 'utf8')).epoch).toEqual([1]);
  const first = jsonLines(stdout)[1]!;
  const evaluated = await run(['evaluate', place.path('full', 'model.safetensors'), place.data, '--json']);
  expect(JSON.parse(evaluated.stdout)).toMatchObject({ loss: first.valLoss, accuracy: first.valAccuracy });
});

describe('a process', () => {
  test('ends at once at the second Ctrl-C, while a file is still being written', async () => {
    const preload = place.path('slow-disk.mjs');
    writeFileSync(
      preload,
      `import promises from 'node:fs/promises';
      import { syncBuiltinESMExports } from 'node:module';
      promises.open = () => new Promise((resolve) => setTimeout(resolve, 600_000));
      syncBuiltinESMExports();`,
    );
    const args = ['train', place.data, '--epochs', '100000', '--json', '--out', place.path('slow')];
    const running = start(args, { node: ['--import', preload] });
    await running.printed('"epoch":1,');
    running.child.kill('SIGINT');
    await running.warned('Press Ctrl-C again');
    // Two signals within a quarter of a second are one key.
    await new Promise((resolve) => setTimeout(resolve, 400));
    running.child.kill('SIGINT');
    expect(await running.ended).toMatchObject({ code: 130 });
    expect(readdirSync(place.path('slow'))).toEqual([]);
  });

  test('trains to the end though nobody reads what it prints', async () => {
    const args = ['train', place.data, '--epochs', '3', '--batch-size', '24', '--out', place.path('unread')];
    const running = start(args);
    await running.printed('Epoch 1/3');
    running.child.stdout!.destroy();
    expect(await running.ended).toMatchObject({ code: 0, stderr: '' });
    expect(readdirSync(place.path('unread')).sort()).toEqual(files);
  });
});

describe('what cannot work ends with a sentence', () => {
  const refused = async (args: readonly string[], code: number, sentence: RegExp, options = {}) => {
    const ended = await run(args, { cwd: place.folder, ...options });
    expect({ code: ended.code, stdout: ended.stdout }).toEqual({ code, stdout: '' });
    expect(ended.stderr).toMatch(sentence);
    expect(ended.stderr).toMatch(/^atrous: .*\n$/);
    return ended;
  };

  test.each<[string, string[], RegExp]>([
    [
      'an unknown flag',
      ['train', '--epoch', '3'],
      /Unknown option '--epoch'. Did you mean --epochs\? See: atrous train --help/,
    ],
    ['an unknown command', ['trian'], /Unknown command 'trian'. Did you mean train\? See: atrous --help/],
    ['a flag without its value', ['train', '--epochs'], /Option '--epochs <n>' argument missing/],
    [
      'batch size 0',
      ['train', '--batch-size', '0'],
      /Invalid value for --batch-size in atrous train\. Expected an integer from 1 to 65536\. Received: 0\./,
    ],
    ['epochs in words', ['train', '--epochs', 'ten'], /Invalid value for --epochs .* Received: "ten"\./],
    [
      'a negative rate',
      ['train', '--learning-rate', '-1'],
      /Invalid value for --learning-rate .*Expected a number above 0/,
    ],
    [
      'an unknown network',
      ['train', 'digits', '--model', 'sead'],
      /--model .*Received: "sead"\. Did you mean "seed"\?/,
    ],
    ['an unknown data set', ['train', 'mnits'], /DATA .*Received: "mnits"\. Did you mean "mnist"\?/],
    ['a folder without the files', ['train', '.'], /Cannot read .*train-images-idx3-ubyte: no such file/],
    ['a word too many', ['train', 'digits', 'mnist'], /Too many arguments/],
    [
      '--resume without a checkpoint',
      ['train', 'digits', '--resume'],
      /--resume .*Expected the folder of a training with a checkpoint.*Received: "runs\/seed"/,
    ],
    [
      '--resume with a seed',
      ['train', 'digits', '--model', 'gone.keras', '--resume', '--seed', '3'],
      /--resume .*Received: "gone.keras"/,
    ],
    ['an empty output path', ['train', 'digits', '--out', ''], /--out .*Expected the path of a folder/],
    ['a model that is not there', ['train', 'digits', '--model', 'gone.keras'], /gone\.keras/],
  ])('%s', async (_, args, sentence) => {
    await refused(args, 2, sentence);
  });

  test('an output path below a file', async () => {
    writeFileSync(place.path('file'), 'x');
    const sentence = /Cannot create file\/run: \S+file is a file, not a folder\./;
    await refused(['train', 'digits', '--out', 'file/run'], 2, sentence);
    expect(readFileSync(place.path('file'), 'utf8')).toBe('x');
  });

  test('images that are cut off', async () => {
    const broken = place.path('broken');
    mkdirSync(broken);
    for (const name of readdirSync(place.data)) {
      const bytes = readFileSync(`${place.data}/${name}`);
      writeFileSync(`${broken}/${name}`, name.startsWith('t10k-images') ? bytes.subarray(0, 5000) : bytes);
    }
    await refused(['train', 'broken', '--out', 'none'], 2, /t10k-images-idx3-ubyte/);
    expect(existsSync(place.path('none'))).toBe(false);
  });
});
