import { readFileSync } from 'node:fs';
import { tensor } from '../../src/index.ts';
import { type DataRequest, Images } from './images.ts';
import { network as makeNetwork, type NetworkName } from './networks.ts';
import { serve } from './serve.ts';

type Model = ReturnType<typeof makeNetwork>;
type Tensor = Awaited<ReturnType<Model['predict']>>;

interface BuildRequest {
  readonly id: string;
  readonly network: NetworkName;
  readonly dilation: number;
  readonly dropout: number;
  /** Raw float32 bytes of all weights in Keras's order. Without it the model keeps its own. */
  readonly weights?: string;
}

const threads = Number(process.env.BENCH_THREADS ?? 2);
const models = new Map<string, Model>();
let images: Images;

/** Images in the shape that the network takes: [28, 28, 1], or a sequence [784, 1]. */
const imagesOf = (model: Model, pixels: Uint8Array): { data: Uint8Array; shape: number[] } => {
  const { size } = images;
  return { data: pixels, shape: [pixels.length / (size * size), ...model.inputs[0]!.shape] };
};

async function fit(model: Model, steps: number, batch: number): Promise<number> {
  const { pixels, labels } = images.take(steps * batch);
  const history = await model.fit(imagesOf(model, pixels), labels, {
    batchSize: batch,
    epochs: 1,
    shuffle: false,
    verbose: 0,
  });
  return history.history.loss![0]!;
}

async function setWeights(model: Model, path: string): Promise<void> {
  const bytes = readFileSync(path);
  const values = new Float32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4);
  let offset = 0;
  const given = (await model.getWeights()).map((own: Tensor) => {
    const data = values.slice(offset, offset + own.data.length);
    offset += data.length;
    return tensor(data, own.shape);
  });
  if (offset !== values.length)
    throw new Error(`The weights have ${values.length} values; the network takes ${offset}.`);
  await model.setWeights(given);
}

await serve({
  hello() {
    return { node: process.version, flags: process.execArgv.join(' '), threads };
  },
  data(request: DataRequest) {
    images = new Images(request);
    return {};
  },
  async build({ id, network, dilation, dropout, weights }: BuildRequest) {
    const start = performance.now();
    const model = makeNetwork(network, { dilation, dropout, threads });
    model.compile({ optimizer: 'adam', loss: 'sparseCategoricalCrossentropy', metrics: ['accuracy'] });
    if (weights !== undefined) await setWeights(model, weights);
    models.set(id, model);
    return { ms: performance.now() - start };
  },
  async save({ id, path }: { id: string; path: string }) {
    await models.get(id)!.save(path);
    return {};
  },
  drop({ id }: { id: string }) {
    models.get(id)?.dispose();
    models.delete(id);
    return {};
  },
  async train({ id, steps, batch }: { id: string; steps: number; batch: number }) {
    const start = performance.now();
    await fit(models.get(id)!, steps, batch);
    return { msPerStep: (performance.now() - start) / steps };
  },
  async losses({ id, steps, batch }: { id: string; steps: number; batch: number }) {
    images.rewind();
    const losses: number[] = [];
    for (let i = 0; i < steps; i++) losses.push(await fit(models.get(id)!, 1, batch));
    return { losses };
  },
  async predict({ id, count, repeats }: { id: string; count: number; repeats: number }) {
    const model = models.get(id)!;
    const ms: number[] = [];
    for (let i = 0; i < repeats; i++) {
      const input = imagesOf(model, images.take(count).pixels);
      const start = performance.now();
      await model.predict(input);
      ms.push(performance.now() - start);
    }
    return { ms };
  },
  async predictions({ id, count }: { id: string; count: number }) {
    images.rewind();
    const model = models.get(id)!;
    return { values: [...(await model.predict(imagesOf(model, images.take(count).pixels))).data] };
  },
  async epoch({ id, batch, samples }: { id: string; batch: number; samples: number }) {
    images.rewind();
    const start = performance.now();
    const loss = await fit(models.get(id)!, Math.floor(samples / batch), batch);
    return { seconds: (performance.now() - start) / 1e3, loss };
  },
});
