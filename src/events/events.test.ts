import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decode } from 'fast-png';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createInterpreterSession } from '../engine/interpreter-session.ts';
import { csvLogger, jsonLogger, tensorBoard } from '../model/callbacks.ts';
import { type Model, sequential } from '../model/model.ts';
import { loadModel } from '../model/node-model.ts';
import * as layers from '../nn/layers/index.ts';
import { tensor } from '../tensor/tensor.ts';
import { crc32c, maskedCrc32c } from './crc32c.ts';
import { fileVersion, graphEvent, sessionStart, summaryEvent } from './event.ts';
import { histogramOf } from './histogram.ts';
import { gridOf, kernelPicture } from './pictures.ts';
import { ProtobufWriter } from './protobuf.ts';
import { tfRecord } from './record.ts';

const ascii = (text: string): Uint8Array => new TextEncoder().encode(text);
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

describe('bytes', () => {
  // RFC 3720, appendix B.4
  test.each([
    [new Uint8Array(32), 0x8a9136aa],
    [new Uint8Array(32).fill(0xff), 0x62a8ab43],
    [Uint8Array.from({ length: 32 }, (_, k) => k), 0x46dd794e],
    [Uint8Array.from({ length: 32 }, (_, k) => 31 - k), 0x113fdb5c],
    [ascii('123456789'), 0xe3069283],
  ])('CRC-32C of %o', (bytes, wanted) => expect(crc32c(bytes)).toBe(wanted));

  test('a record has its length and two masked checksums', () => {
    const record = tfRecord(ascii('abc'));
    const view = new DataView(record.buffer);
    expect(record.length).toBe(3 + 16);
    expect(view.getBigUint64(0, true)).toBe(3n);
    expect(view.getUint32(8, true)).toBe(maskedCrc32c(record.subarray(0, 8)));
    expect(hex(record.subarray(12, 15))).toBe('616263');
    expect(view.getUint32(15, true)).toBe(maskedCrc32c(ascii('abc')));
  });

  test('integers, texts and messages are written as protocol buffers', () => {
    // 150 is the example of the documentation: 96 01
    const writer = new ProtobufWriter().integer(1, 150).text(2, 'testing').integer(3, -1);
    expect(hex(writer.finish())).toBe('089601120774657374696e6718ffffffffffffffffff01');
    const nested = new ProtobufWriter().message(3, (inner) => inner.integer(1, 150)).float(4, 1);
    expect(hex(nested.finish())).toBe('1a03089601250000803f');
  });

  test('events as TensorFlow serializes them', () => {
    // Written by tensorflow 2.21: tf.compat.v1.Event(...).SerializeToString().hex()
    expect(hex(fileVersion(1.5))).toBe('09000000000000f83f1a0d627261696e2e4576656e743a32');
    expect(hex(sessionStart({ wallTime: 1.5, step: 300 }))).toBe('09000000000000f83f10ac023a020801');
    const scalar = [{ kind: 'scalar', tag: 'epoch_loss', value: 0.25 }] as const;
    expect(hex(summaryEvent({ wallTime: 1.5, step: 2 }, scalar))).toBe(
      '09000000000000f83f10022a130a110a0a65706f63685f6c6f7373150000803e',
    );
    const nodes = [{ name: 'a', op: 'Dense', inputs: ['b'], attributes: { units: { text: '5' } } }];
    expect(hex(graphEvent(1.5, nodes))).toBe(
      '09000000000000f83f22210a1b0a0161120544656e73651a01622a0c0a05756e697473120312013522020816',
    );
  });
});

test('a histogram counts all values once', () => {
  const values = Float32Array.from({ length: 1000 }, (_, k) => Math.sin(k));
  const { min, max, count, sum, limits, counts } = histogramOf(values);
  expect([count, counts.reduce((a, b) => a + b, 0)]).toEqual([1000, 1000]);
  expect([min, max, limits.at(-1)]).toEqual([Math.min(...values), Math.max(...values), max]);
  expect(sum).toBeCloseTo(values.reduce((a, b) => a + b, 0));
  for (const [k, limit] of limits.slice(0, -1).entries()) {
    const below = values.filter((value) => value < limit).length;
    expect(Math.abs(counts.slice(0, k + 1).reduce((a, b) => a + b, 0) - below)).toBeLessThanOrEqual(1);
  }
  expect(histogramOf([2, 2])).toMatchObject({ min: 2, max: 2, counts: [2] });
});

describe('pictures', () => {
  test('kernels are tiles round mid-grey', () => {
    const kernel = tensor(Float32Array.of(-1, 0, 1, 0.5), [2, 2, 1, 1]);
    const picture = kernelPicture(kernel)!;
    const { data, width } = decode(picture.png);
    const scale = width / 2;
    const at = (y: number, x: number) => data[y * scale * width + x * scale];
    expect([at(0, 0), at(0, 1), at(1, 0), at(1, 1)]).toEqual([1, 128, 255, 192]);
    expect(kernelPicture(tensor(new Float32Array(4), [4]))).toBeUndefined();
  });

  test('tiles lie row after row', () => {
    const tiles = [1, 2, 3].map((value) => new Uint8Array(100 * 100).fill(value));
    const { png, width, height } = gridOf(tiles, [100, 100, 1]);
    const { data } = decode(png);
    expect([width, height]).toEqual([201, 201]);
    expect([data[0], data[101], data[101 * width]]).toEqual([1, 2, 3]);
  });
});

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'atrous-events-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const x = Float32Array.from({ length: 20 * 16 }, (_, k) => (k * 37) % 11);
const y = Int32Array.from({ length: 20 }, (_, n) => n % 3);
const fit = { batchSize: 4, verbose: 0, validationData: [x, y] } as const;

function network(): Model {
  const engine = { session: createInterpreterSession };
  const model = sequential(
    [
      layers.conv2d({ filters: 2, kernelSize: 3 }),
      layers.flatten(),
      layers.dense({ units: 3, activation: 'softmax' }),
    ],
    { inputShape: [4, 4, 1], engine },
  );
  model.compile({ optimizer: 'adam', loss: 'sparseCategoricalCrossentropy', metrics: ['accuracy'] });
  return model;
}

describe('csvLogger and jsonLogger', () => {
  test('write a line an epoch; a resumed training goes on behind its epochs', async () => {
    const [csv, json] = [join(folder, 'deep', 'log.csv'), join(folder, 'log.jsonl')];
    const logs = () => [csvLogger({ filename: csv }), jsonLogger({ filename: json })];
    const model = network();
    const { history } = await model.fit(x, y, { ...fit, epochs: 2, callbacks: logs() });
    const rows = readFileSync(csv, 'utf8').trim().split('\n');
    expect(rows[0]).toBe('epoch,accuracy,loss,valAccuracy,valLoss');
    expect(rows[2]).toBe(
      `1,${['accuracy', 'loss', 'valAccuracy', 'valLoss'].map((key) => history[key]![1])}`,
    );
    const state = await model.toBytes();
    await model.fit(x, y, { ...fit, epochs: 4, resume: true, callbacks: logs() });
    const whole = [csv, json].map((path) => readFileSync(path, 'utf8'));
    expect(whole[0]!.trim().split('\n')).toHaveLength(5);
    expect(JSON.parse(whole[1]!.trim().split('\n')[1]!)).toMatchObject({ epoch: 1, loss: history.loss![1] });
    // what a killed process wrote behind its last checkpoint is written again
    writeFileSync(json, `${whole[1]}{"epoch":7`);
    const again = await loadModel(state, { engine: { session: createInterpreterSession } });
    await again.fit(x, y, { ...fit, epochs: 4, resume: true, callbacks: logs() });
    expect([csv, json].map((path) => readFileSync(path, 'utf8'))).toEqual(whole);
  });

  test('begin anew, or behind what is there', async () => {
    const filename = join(folder, 'log.csv');
    const run = async (append: boolean): Promise<string[]> => {
      const callbacks = [csvLogger({ filename, append, separator: ';' })];
      const model = network();
      await model.fit(x, y, { ...fit, epochs: 1, callbacks });
      return readFileSync(filename, 'utf8').trim().split('\n');
    };
    expect(await run(false)).toHaveLength(2);
    expect(await run(true)).toHaveLength(3);
    expect(await run(false)).toHaveLength(2);
  });
});

test('tensorBoard writes runs whose records are whole', async () => {
  const callback = tensorBoard({ logDir: folder, histogramFreq: 1, writeImages: true, updateFreq: 2 });
  const model = network();
  await model.fit(x, y, { ...fit, epochs: 2, callbacks: [callback] });
  expect(readdirSync(folder).sort()).toEqual(['steps', 'train', 'validation']);
  const text = (run: string): string => {
    const [name] = readdirSync(join(folder, run));
    expect(name).toMatch(/^events\.out\.tfevents\.\d{10}\.atrous\.\d+\.\d+\.v2$/);
    const bytes = new Uint8Array(readFileSync(join(folder, run, name!)));
    const view = new DataView(bytes.buffer);
    let at = 0;
    while (at < bytes.length) {
      const length = Number(view.getBigUint64(at, true));
      expect(view.getUint32(at + 8, true)).toBe(maskedCrc32c(bytes.subarray(at, at + 8)));
      const data = bytes.subarray(at + 12, at + 12 + length);
      expect(view.getUint32(at + 12 + length, true)).toBe(maskedCrc32c(data));
      at += length + 16;
    }
    return Buffer.from(bytes).toString('latin1');
  };
  for (const tag of [
    'epoch_loss',
    'epoch_learning_rate',
    'conv2d/kernel/histogram',
    'conv2d/kernel/image',
    'Conv2D',
  ])
    expect(text('train')).toContain(tag);
  expect(text('validation')).toContain('epoch_accuracy');
  expect(text('validation')).toContain('mistakes');
  expect(text('steps')).toContain('batch_loss');
});
