import { parseHTML } from 'linkedom';
import { describe, expect, test } from 'vitest';
import { generatorDataset } from '../data/generator-dataset.ts';
import { tensorDataset } from '../data/tensor-dataset.ts';
import { model as functional, sequential } from '../model/model.ts';
import * as layers from '../nn/layers/index.ts';
import { input } from '../nn/layers/input-layer.ts';
import { tensor } from '../tensor/tensor.ts';
import { seed } from '../zoo/index.ts';
import { report } from './index.ts';
import { rows, smallModel } from './report.test-support.ts';

const history = {
  epoch: [0, 1, 2],
  history: {
    loss: [1, 0.5, 0.25],
    accuracy: [0.5, 0.75, 0.8125],
    valLoss: [0.9, 0.4, null],
    valAccuracy: [0.6, 0.875, null],
  },
  seconds: [1.5, 1, 1.25],
};

const opened = (html: string): Document => parseHTML(html).document as unknown as Document;
const idsOf = (page: Document): string[] => [...page.querySelectorAll('section')].map(({ id }) => id);
const textOf = (page: Document, selector: string): string =>
  page.querySelector(selector)?.textContent?.replace(/\s+/g, ' ').trim() ?? '';

describe('the report of a classifier', () => {
  test('has every section, in the order of its contents, and every figure a name', async () => {
    const model = smallModel();
    const page = opened(await report(model, history, rows(40), { dataName: 'rows', trainSamples: 80 }));
    expect(textOf(page, 'h1')).toBe('small on rows');
    expect(page.documentElement.getAttribute('lang')).toBe('en');
    expect(idsOf(page)).toEqual([
      'curves',
      'confusion',
      'mistakes',
      'kernels',
      'field',
      'maps',
      'cost',
      'origin',
    ]);
    const links = [...page.querySelectorAll('nav a')].map((link) => link.getAttribute('href'));
    expect(links).toEqual(idsOf(page).map((id) => `#${id}`));
    for (const svg of page.querySelectorAll('svg')) expect(svg.getAttribute('aria-label')).toMatch(/\w/);
    for (const image of page.querySelectorAll('img')) expect(image.getAttribute('alt')).toMatch(/\w/);
    expect(textOf(page, '.lead')).toMatch(
      /^A network of 6 layers with \d+ parameters, trained for 3 epochs on 80 samples of rows\. Judged on 40 samples that it was not trained with\.$/,
    );
    expect(textOf(page, '#curves')).toContain('validation 87.50 % after epoch 2');
    expect(textOf(page, '#field')).toMatch(/offsets of the field are combined/);
    expect(textOf(page, '#cost')).toMatch(/times fewer parameters/);
    expect(textOf(page, '#origin')).toMatch(/SHA-256 of all weights/);
    model.dispose();
  });

  test('counts as predictions and labels say', async () => {
    const model = smallModel();
    const data = rows(40);
    const { data: said } = await model.predict(tensor(data.inputs[0]!.data, [40, 8, 8, 1]));
    const wrong = Array.from({ length: 40 }, (_, k) => k).filter(
      (k) => (said[2 * k + 1]! > said[2 * k]! ? 1 : 0) !== data.targets[0]!.data[k],
    );
    expect(wrong.length).toBeGreaterThan(0);
    const page = opened(await report(model, undefined, data));
    expect(textOf(page, '#confusion p')).toMatch(
      new RegExp(`^${40 - wrong.length} of 40 answers are right, ${wrong.length} `),
    );
    const drawn = [...page.querySelectorAll('#mistakes .note')].map((note) =>
      Number(/sample (\d+)$/.exec(note.textContent!)![1]),
    );
    expect(drawn.toSorted((a, b) => a - b)).toEqual(wrong.slice(0, 24));
    model.dispose();
  });

  test('is the same text for the same model', async () => {
    const model = smallModel();
    const [once, twice] = [
      await report(model, history, rows(20)),
      await report(model, history, rows(20), {}),
    ];
    expect(twice).toBe(once);
    model.dispose();
  });

  test('judges as many samples as it may, of data that are made as they are read, too', async () => {
    const model = smallModel();
    const first = await report(model, undefined, rows(100), { maxSamples: 30 });
    expect(textOf(opened(first), '.lead')).toContain('Judged on the first 30 samples');
    const whole = rows(40);
    const generated = generatorDataset({
      inputs: whole.inputs.map(({ dtype, shape }) => ({ dtype, shape })),
      targets: whole.targets.map(({ dtype, shape }) => ({ dtype, shape })),
      batchSize: 16,
      *generate() {
        for (let k = 0; k < 40; k += 16) {
          const inputs = whole.inputs[0]!.data.slice(64 * k, 64 * Math.min(40, k + 16));
          yield { inputs, targets: whole.targets[0]!.data.slice(k, Math.min(40, k + 16)) };
        }
      },
    });
    expect(await report(model, undefined, generated)).toBe(await report(model, undefined, whole));
    model.dispose();
  });
});

describe('the file', () => {
  const hostile = '"><script>alert(1)</script><img src=x onerror=alert(1)>&amp;';

  test('loads nothing, runs nothing, and holds whatever names there are as text', async () => {
    const model = smallModel('a<b>&"c');
    const html = await report(model, history, rows(40), {
      title: hostile,
      dataName: hostile,
      classNames: [hostile, `'${hostile}`],
      settings: { [hostile]: hostile },
      machine: { [hostile]: hostile },
      command: hostile,
      version: hostile,
    });
    const page = opened(html);
    expect(textOf(page, 'h1')).toBe(hostile.replace(/\s+/g, ' '));
    expect(textOf(page, 'pre')).toBe(hostile.replace(/\s+/g, ' '));
    expect(/<script|<img src=x/i.test(html)).toBe(false);
    expect(page.querySelector('script, iframe, object, embed, base, form')).toBeNull();
    for (const element of page.querySelectorAll('*'))
      for (const { name, value } of element.attributes) {
        expect(name).not.toMatch(/^on/i);
        if (/^(src|href|xlink:href)$/.test(name)) expect(value).toMatch(/^(data:|#)/);
      }
    expect(textOf(page, 'style')).not.toMatch(/url\(|@import/);
    expect(page.querySelector('meta[http-equiv]')!.getAttribute('content')).toMatch(/^default-src 'none';/);
    model.dispose();
  });

  test('of the seed network is below 1 MB', async () => {
    const model = seed();
    model.compile({ loss: 'sparseCategoricalCrossentropy' });
    const pixels = Uint8Array.from({ length: 64 * 784 }, (_, k) => (k * k * 31 + k * 7) % 256);
    const data = tensorDataset({ data: pixels, shape: [64, 28, 28, 1] }, new Uint8Array(64));
    const html = await report(model, history, data);
    expect(html.length).toBeLessThan(1e6);
    expect(html.length).toBeGreaterThan(1e5);
    model.dispose();
  });
});

describe('what does not apply is left out and named', () => {
  test('a network that gives values has no confusion matrix', async () => {
    const model = sequential([layers.dense({ units: 1 })], { inputShape: [3] });
    model.compile({ loss: 'meanSquaredError' });
    const x = Float32Array.from({ length: 60 }, (_, k) => (k % 7) - 3);
    const y = Float32Array.from({ length: 20 }, (_, k) => k / 10);
    const page = opened(await report(model, undefined, { x: tensor(x, [20, 3]), y: tensor(y, [20, 1]) }));
    expect(idsOf(page)).toEqual(['values', 'maps', 'cost', 'origin']);
    const { data: said } = await model.predict(tensor(x, [20, 3]));
    const error = y.reduce((sum, value, k) => sum + Math.abs(value - said[k]!), 0) / 20;
    expect(textOf(page, '#values p')).toContain(`The mean absolute error is ${error.toFixed(4)}`);
    const left = textOf(page, 'footer');
    for (const words of ['curves', 'a confusion matrix', 'kernels', 'receptive field'])
      expect(left).toContain(words);
    model.dispose();
  });

  test('a series has curves instead of images', async () => {
    const model = sequential(
      [
        layers.depthwiseConv1d({ kernelSize: 3, dilationRate: 4, padding: 'causal' }),
        layers.globalAveragePooling1d(),
        layers.dense({ units: 1, activation: 'sigmoid' }),
      ],
      { inputShape: [32, 2] },
    );
    model.compile({ loss: 'binaryCrossentropy' });
    const x = Float32Array.from({ length: 10 * 64 }, (_, k) => ((k * 13) % 17) / 17);
    const y = Float32Array.from({ length: 10 }, (_, k) => k % 2);
    const page = opened(await report(model, history, { x: tensor(x, [10, 32, 2]), y: tensor(y, [10, 1]) }));
    expect(idsOf(page)).toEqual([
      'curves',
      'confusion',
      'mistakes',
      'kernels',
      'field',
      'maps',
      'cost',
      'origin',
    ]);
    expect(page.querySelectorAll('#mistakes svg').length).toBeGreaterThan(0);
    expect(page.querySelector('#mistakes img')).toBeNull();
    expect(textOf(page, '#kernels figcaption')).toMatch(/^2 kernels of 3, dilation 4/);
    model.dispose();
  });

  test('without data nothing is judged; several outputs have no one answer', async () => {
    const x = input({ shape: [4] });
    const heads = [0, 1].map((k) => layers.dense({ units: 2, name: `head${k}` }).apply(x));
    const model = functional({ inputs: x, outputs: heads });
    expect(idsOf(opened(await report(model)))).toEqual(['cost', 'origin']);
    const y = tensor(new Float32Array(8), [4, 2]);
    const page = opened(
      await report(model, undefined, { x: tensor(new Float32Array(16), [4, 4]), y: [y, y] }),
    );
    expect(idsOf(page)).toEqual(['maps', 'cost', 'origin']);
    expect(textOf(page, 'footer')).toContain('because the network has several outputs');
    model.dispose();
  });
});

test.each<[string, () => Promise<string>, RegExp]>([
  ['what is no model', () => report({} as never), /Invalid value for model in report\. Expected a model/],
  ['data without targets', () => report(smallModel(), undefined, { x: 1 } as never), /for data in report/],
  ['an unknown option', () => report(smallModel(), undefined, undefined, { titel: '' } as never), /titel/],
  ['no samples', () => report(smallModel(), undefined, undefined, { maxSamples: 0 }), /maxSamples in report/],
])('%s is refused', (_, call, sentence) => expect(call()).rejects.toThrow(sentence));
