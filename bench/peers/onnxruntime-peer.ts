/** onnxruntime from ONNX as a peer, native (`onnxruntime-node`) or as WebAssembly (`onnxruntime-web`): the argument. */
import { readFileSync } from 'node:fs';
import { optionalPackage } from './optional-package.ts';
import { type DataRequest, Samples, type SampleValues } from './samples.ts';
import { serve } from './serve.ts';

interface OrtTensor {
  readonly data: Float32Array;
}
interface OrtSession {
  readonly outputNames: readonly string[];
  run(feeds: Record<string, OrtTensor>): Promise<Record<string, OrtTensor>>;
}
interface Ort {
  readonly env: { readonly wasm: { numThreads?: number } };
  readonly Tensor: new (type: string, data: SampleValues, shape: readonly number[]) => OrtTensor;
  readonly InferenceSession: { create(model: Uint8Array, options: object): Promise<OrtSession> };
}

const threads = Number(process.env.BENCH_THREADS ?? 2);
const packageName = process.argv[2]!;
const native = packageName === 'onnxruntime-node';
const sessions = new Map<string, OrtSession>();
let samples: Samples;
let ort: Ort;

async function run(
  id: string,
  { values, shape }: { values: SampleValues; shape: number[] },
): Promise<Float32Array> {
  const session = sessions.get(id)!;
  const input = new ort.Tensor(samples.dtype === 'u8' ? 'uint8' : 'float32', values, shape);
  const outputs = await session.run({ input });
  return outputs[session.outputNames[0]!]!.data;
}

await serve({
  async hello() {
    const found = await optionalPackage<Ort & { readonly default?: Ort }>(packageName);
    if (found === undefined) return { installed: false };
    ort = found.module.default ?? found.module;
    if (!native) ort.env.wasm.numThreads = threads;
    return { installed: true, version: found.version, threads };
  },
  data(request: DataRequest) {
    samples = new Samples(request);
    return {};
  },
  async build({ id, files }: { id: string; files: { onnx: string } }) {
    const options = {
      executionProviders: [native ? 'cpu' : 'wasm'],
      graphOptimizationLevel: 'all',
      executionMode: 'sequential',
      intraOpNumThreads: threads,
      interOpNumThreads: 1,
    };
    sessions.set(id, await ort.InferenceSession.create(new Uint8Array(readFileSync(files.onnx)), options));
    return { predictions: ['float32'] };
  },
  drop({ id }: { id: string }) {
    sessions.delete(id);
    return {};
  },
  async predict({ id, count, repeats }: { id: string; count: number; repeats: number }) {
    const ms: number[] = [];
    for (let i = 0; i < repeats; i++) {
      const input = samples.takeChannelsFirst(count);
      const start = performance.now();
      await run(id, input);
      ms.push(performance.now() - start);
    }
    return { ms };
  },
  async predictions({ id, count }: { id: string; count: number }) {
    samples.rewind();
    return { values: [...(await run(id, samples.takeChannelsFirst(count)))] };
  },
});
