import { readFileSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import { configure, type Model, optimizers } from '../../src/index.ts';
import type { NetworkDescription } from '../networks/description.ts';
import { atrousModel, setAllWeights } from './atrous-network.ts';
import { watchTicks } from './late-ticks.ts';
import { type DataRequest, Samples, type SampleValues } from './samples.ts';
import { serve } from './serve.ts';

interface BuildRequest {
  readonly id: string;
  readonly description: NetworkDescription;
  /** File of all weights in the order of the description, in Keras's layouts. */
  readonly weights?: string;
  /** Default Adam with rate 1e-3; `sgd` has rate 1e-5. */
  readonly optimizer?: 'adam' | 'sgd';
}

interface PredictRequest {
  readonly id: string;
  readonly method: 'predict' | 'predictSync';
  readonly count: number;
  readonly repeats: number;
}

const threads = Number(process.env.BENCH_THREADS ?? 2);
configure({ oversubscribe: process.env.BENCH_OVERSUBSCRIBE === 'true' });
const models = new Map<string, Model>();
let samples: Samples;

const tensorOf = (values: SampleValues): { data: SampleValues; shape: number[] } => {
  const size = samples.shape.reduce((product, n) => product * n, 1);
  return { data: values, shape: [values.length / size, ...samples.shape] };
};

async function fit(model: Model, steps: number, batch: number): Promise<number> {
  const { values, labels } = samples.take(steps * batch);
  const history = await model.fit(tensorOf(values), labels, {
    batchSize: batch,
    epochs: 1,
    shuffle: false,
    verbose: 0,
  });
  return history.history.loss![0]!;
}

function readWeights(path: string): Float32Array {
  const bytes = readFileSync(path);
  return new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
}

await serve({
  hello() {
    return { node: process.version, flags: process.execArgv.join(' '), threads };
  },
  data(request: DataRequest) {
    samples = new Samples(request);
    return {};
  },
  async build({ id, description, weights, optimizer = 'adam' }: BuildRequest) {
    const model = atrousModel(description, { threads });
    model.compile({
      optimizer: optimizer === 'sgd' ? optimizers.sgd({ learningRate: 1e-5 }) : 'adam',
      loss: 'sparseCategoricalCrossentropy',
      metrics: ['accuracy'],
    });
    if (weights !== undefined) await setAllWeights(model, description, readWeights(weights));
    models.set(id, model);
    return {
      parameters: model.costs().parameters,
      methods: ['fit'],
      predictions: ['predict', 'predictSync'],
    };
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
  /** Milliseconds by which a timer of this thread was late during so many steps, and those a step kept it busy. */
  async watch({ id, steps, batch, everyMs }: { id: string; steps: number; batch: number; everyMs: number }) {
    const stop = watchTicks(everyMs);
    const before = performance.eventLoopUtilization();
    await fit(models.get(id)!, steps, batch);
    const { active } = performance.eventLoopUtilization(before);
    return { late: stop(), busyMs: active / steps };
  },
  async losses({ id, steps, batch }: { id: string; steps: number; batch: number }) {
    samples.rewind();
    const losses: number[] = [];
    for (let i = 0; i < steps; i++) losses.push(await fit(models.get(id)!, 1, batch));
    return { losses };
  },
  async predict({ id, method, count, repeats }: PredictRequest) {
    const model = models.get(id)!;
    await model.prepare();
    const ms: number[] = [];
    for (let i = 0; i < repeats; i++) {
      const input = tensorOf(samples.take(count).values);
      const start = performance.now();
      if (method === 'predictSync') model.predictSync(input);
      else await model.predict(input);
      ms.push(performance.now() - start);
    }
    return { ms };
  },
  async predictions({ id, count }: { id: string; count: number }) {
    samples.rewind();
    const model = models.get(id)!;
    return { values: [...(await model.predict(tensorOf(samples.take(count).values))).data] };
  },
  async epoch({ id, batch, samples: count }: { id: string; batch: number; samples: number }) {
    samples.rewind();
    const start = performance.now();
    const loss = await fit(models.get(id)!, Math.floor(count / batch), batch);
    return { seconds: (performance.now() - start) / 1e3, loss };
  },
});
