import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { publint } from 'publint';
import ts from 'typescript';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Consumer, installPacked, root } from './consumer.ts';

let consumer: Consumer;
beforeAll(() => {
  consumer = installPacked();
});
afterAll(() => consumer?.remove());

describe('the packed package', () => {
  test('holds what is built, the licence and the README', () => {
    const strange = consumer.packed.filter(
      ({ path }) =>
        !/^(dist\/(.*\.(js|d\.ts|js\.map)|THIRD-PARTY-LICENSES\.txt)|LICENSE|README\.md|package\.json)$/.test(
          path,
        ),
    );
    expect(strange).toEqual([]);
    expect(consumer.packed.map(({ path }) => path)).toEqual(
      expect.arrayContaining([
        'LICENSE',
        'README.md',
        'dist/index.js',
        'dist/index.d.ts',
        'dist/cli/main.js',
        'dist/report.js',
        'dist/THIRD-PARTY-LICENSES.txt',
      ]),
    );
    console.log(`Packed: ${(consumer.packedSize / 1024).toFixed(0)} KiB in ${consumer.packed.length} files`);
  });

  test('brings its run-time dependencies and nothing else', () => {
    const installed = readdirSync(join(consumer.folder, 'node_modules')).filter(
      (name) => !name.startsWith('.'),
    );
    expect(installed.sort()).toEqual(['atrous', 'fast-png', 'fflate', 'h5wasm', 'iobuffer']);
  });

  test('passes on the licences of all that was bundled', () => {
    const path = join(consumer.folder, 'node_modules/atrous/dist/THIRD-PARTY-LICENSES.txt');
    const text = readFileSync(path, 'utf8');
    for (const name of ['@observablehq/plot', 'commander', 'd3-scale', 'linkedom'])
      expect(text).toMatch(new RegExp(`^${name} \\d+\\.\\d+\\.\\d+ \\(`, 'm'));
  });

  test('pleases publint', async () => {
    const { messages } = await publint({ pkgDir: root, strict: true, pack: false });
    expect(messages.filter(({ type }) => type !== 'suggestion')).toEqual([]);
  });
});

describe('the entries', () => {
  test('load in Node and hold what the README uses', () => {
    const printed = consumer.run(`
      import { layers, loadModel, sequential } from 'atrous';
      import { mnist } from 'atrous/datasets';
      import * as zoo from 'atrous/zoo';
      console.log([typeof sequential, typeof loadModel, typeof mnist, typeof layers.separableConv2d, 'seed' in zoo].join());
    `);
    expect(printed.trim()).toBe('function,function,function,function,true');
  });

  test('are found by require.resolve', () => {
    const printed = consumer.run(`
      import { createRequire } from 'node:module';
      const { resolve } = createRequire(import.meta.url);
      for (const entry of ['atrous', 'atrous/datasets', 'atrous/zoo', 'atrous/report']) console.log(resolve(entry).split('node_modules/').at(-1));
    `);
    expect(printed.trim().split('\n')).toEqual([
      'atrous/dist/index.js',
      'atrous/dist/datasets.js',
      'atrous/dist/zoo.js',
      'atrous/dist/report.js',
    ]);
  });

  test('of a browser is another file, which loads without any module of Node', () => {
    const source = `
      import { registerHooks } from 'node:module';
      const foreign = [];
      registerHooks({
        resolve(specifier, context, next) {
          const found = next(specifier, context);
          // fflate prefers its build for Node where the condition "node" holds too, as it does here.
          const isOurs = context.parentURL?.includes('/atrous/dist/');
          if (isOurs && found.url.startsWith('node:')) foreign.push(specifier);
          return found;
        },
      });
      const { sequential } = await import('atrous');
      console.log(import.meta.resolve('atrous').split('/').at(-1), typeof sequential, foreign.length);
    `;
    expect(consumer.run(source, '--conditions=browser').trim()).toBe('index.browser.js function 0');
  });

  test('train, predict, write and read files, and end by themselves', () => {
    const printed = consumer.run(`
      import { layers, sequential } from 'atrous';
      const model = sequential(
        [
          layers.separableConv2d({ filters: 4, kernelSize: 3, dilationRate: 2, padding: 'same', activation: 'relu' }),
          layers.flatten(),
          layers.dense({ units: 2, activation: 'softmax' }),
        ],
        { inputShape: [6, 6, 1] },
      );
      model.compile({ optimizer: 'adam', loss: 'sparseCategoricalCrossentropy' });
      const bright = (i) => i % 2;
      const x = Float32Array.from({ length: 32 * 36 }, (_, i) => bright(Math.floor(i / 36)) + (i % 7) / 70);
      const y = Int32Array.from({ length: 32 }, (_, i) => bright(i));
      const { tensor } = await import('atrous');
      const history = await model.fit(tensor(x, [32, 6, 6, 1]), tensor(y, [32]), { batchSize: 8, epochs: 8, verbose: 0 });
      const { loss } = history.history;
      console.log(loss.length, loss.at(-1) < loss[0]);
      const { loadModel } = await import('atrous');
      const images = tensor(x.slice(0, 4 * 36), [4, 6, 6, 1]);
      const expected = (await model.predict(images)).data;
      for (const file of ['small.keras', 'small.safetensors']) {
        await model.save(file);
        const { data } = await (await loadModel(file)).predict(images);
        console.log(data.every((value, k) => value === expected[k]), data.length);
      }
    `);
    expect(printed.trim().split('\n')).toEqual(['8 true', 'true 8', 'true 8']);
  });
});

describe('the report', () => {
  test('is written by what is packed, without a package more', () => {
    const printed = consumer.run(`
      import { layers, sequential, tensor } from 'atrous';
      import { report } from 'atrous/report';
      const model = sequential([layers.flatten(), layers.dense({ units: 2, activation: 'softmax' })], { inputShape: [4, 4, 1] });
      const html = await report(model, undefined, { x: tensor(new Uint8Array(32), [2, 4, 4, 1]), y: tensor(new Uint8Array(2), [2]) });
      console.log(html.startsWith('<!doctype html>'), html.includes('<svg'));
    `);
    expect(printed.trim()).toBe('true true');
  });
});

test('a picture is decoded, and JPEG says what to install for it', () => {
  const printed = consumer.run(`
    import { decodeImage, preprocessDigit } from 'atrous/datasets';
    import { encode } from 'fast-png';
    const data = Uint8Array.from({ length: 40 * 60 }, (_, k) => (Math.abs((k % 40) - 20) < 3 ? 0 : 255));
    const image = await decodeImage(encode({ width: 40, height: 60, channels: 1, data }), 'one.png');
    console.log(preprocessDigit(image).shape.join());
    await decodeImage(Uint8Array.of(0xff, 0xd8, 0xff, 0xe0), 'one.jpg').catch(({ code, message }) => console.log(code, message));
  `);
  expect(printed.trim().split('\n')).toEqual([
    '1,28,28,1',
    'unsupported Reading JPEG without the package jpeg-js is not supported. ' +
      'Install it beside Atrous with: npm install jpeg-js.',
  ]);
});

describe('the types', () => {
  const [readme] = /(?<=```ts\n)[\s\S]*?(?=```)/.exec(readFileSync(join(root, 'README.md'), 'utf8'))!;
  const source = `${readme}
    const history = await model.fit(train, { batchSize: 128, epochs: 1, validationData: test });
    export const losses: readonly number[] = history.history.loss!;
    export const again = await loadModel('digits.keras');
    // @ts-expect-error: units is a number
    layers.dense({ units: 'ten' });
  `;

  test.each([
    ['nodenext', ts.ModuleKind.NodeNext, ts.ModuleResolutionKind.NodeNext],
    ['a bundler', ts.ModuleKind.ESNext, ts.ModuleResolutionKind.Bundler],
  ])('serve a program with the resolution of %s and no types of Node', (name, module, moduleResolution) => {
    const file = join(consumer.folder, `${name.replace(' ', '-')}.ts`);
    writeFileSync(file, source);
    const program = ts.createProgram([file], {
      module,
      moduleResolution,
      target: ts.ScriptTarget.ES2023,
      lib: ['lib.es2024.d.ts', 'lib.dom.d.ts'],
      types: [],
      strict: true,
      noEmit: true,
      skipLibCheck: false,
    });
    const problems = ts.getPreEmitDiagnostics(program).map(({ messageText, file: at }) => {
      return `${at?.fileName ?? ''}: ${ts.flattenDiagnosticMessageText(messageText, '\n')}`;
    });
    expect(problems).toEqual([]);
  });
});

describe('the command', () => {
  test('prints its help and its version', () => {
    expect(consumer.command('atrous', '--help')).toMatch(/atrous[\s\S]*train/);
    const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
    expect(consumer.command('atrous', '--version').trim()).toBe(version);
  });

  test('refuses an unknown option with exit code 2 and no stack trace', () => {
    try {
      consumer.command('atrous', 'train', '--no-such-option');
      expect.unreachable();
    } catch (error) {
      const { status, stderr } = error as { status?: number; stderr?: string };
      expect(status).toBe(2);
      expect(stderr).toContain('--no-such-option');
      expect(stderr).not.toMatch(/^\s+at /m);
    }
  });
});
