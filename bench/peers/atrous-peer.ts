import { readFileSync } from 'node:fs';
import { type DataRequest, Images } from './images.ts';
import { type NetworkName, network as makeNetwork } from './networks.ts';
import { serve } from './serve.ts';

type Model = ReturnType<typeof makeNetwork>;
type Tensor = Awaited<ReturnType<Model['predict']>>;

interface BuildRequest {
  readonly id: string;
  readonly network: NetworkName;
  readonly dilation: number;
  readonly dropout: number;
  /** Raw float32 bytes of all weights in Keras's order. */
  readonly weights: string;
}

const threads = Number(process.env['BENCH_THREADS'] ?? 2);
const models = new Map<string, Model>();
let images: Images;

const imagesOf = (pixels: Uint8Array): { data: Uint8Array; shape: number[] } => {
  const { size } = images;
  return { data: pixels, shape: [pixels.length / (size * size), size, size, 1] };
};

async function fit(model: Model, steps: number, batch: number): Promise<number> {
  const { pixels, labels } = images.take(steps * batch);
  const history = await model.fit(imagesOf(pixels), labels, {
    batchSize: batch,
    epochs: 1,
    shuffle: false,
    verbose: 0,
  });
  return history.history['loss']![0]!;
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
    const bytes = readFileSync(weights);
    const values = new Float32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4);
    let offset = 0;
    const given = (await model.getWeights()).map((own: Tensor) => {
      const data = values.slice(offset, offset + own.data.length);
      offset += data.length;
      return { data, shape: own.shape } as Tensor;
    });
    if (offset !== values.length)
      throw new Error(`The weights have ${values.length} values; the network takes ${offset}.`);
    await model.setWeights(given);
    models.set(id, model);
    return { ms: performance.now() - start };
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
      const input = imagesOf(images.take(count).pixels);
      const start = performance.now();
      await model.predict(input);
      ms.push(performance.now() - start);
    }
    return { ms };
  },
  async predictions({ id, count }: { id: string; count: number }) {
    images.rewind();
    return { values: [...(await models.get(id)!.predict(imagesOf(images.take(count).pixels))).data] };
  },
  async epoch({ id, batch, samples }: { id: string; batch: number; samples: number }) {
    images.rewind();
    const start = performance.now();
    const loss = await fit(models.get(id)!, samples / batch, batch);
    return { seconds: (performance.now() - start) / 1e3, loss };
  },
});
