import { type DataRequest, Images } from './images.ts';
import { optionalPackage } from './optional-package.ts';
import { serve } from './serve.ts';

interface OrtTensor {
  readonly data: Float32Array;
}
interface OrtSession {
  readonly outputNames: readonly string[];
  run(feeds: Record<string, OrtTensor>): Promise<Record<string, OrtTensor>>;
}
interface Ort {
  readonly Tensor: new (type: string, data: Uint8Array, shape: readonly number[]) => OrtTensor;
  readonly InferenceSession: { create(path: string, options: object): Promise<OrtSession> };
}

const threads = Number(process.env.BENCH_THREADS ?? 2);
const sessions = new Map<string, OrtSession>();
let images: Images;
let ort: Ort;

async function run(id: string, pixels: Uint8Array): Promise<Float32Array> {
  const session = sessions.get(id)!;
  const { size } = images;
  const image = new ort.Tensor('uint8', pixels, [pixels.length / (size * size), 1, size, size]);
  const outputs = await session.run({ image });
  return outputs[session.outputNames[0]!]!.data;
}

await serve({
  async hello() {
    const found = await optionalPackage<{ default: Ort }>('onnxruntime-node');
    if (found === undefined) return { installed: false };
    ort = found.module.default;
    return { installed: true, version: found.version, threads };
  },
  data(request: DataRequest) {
    images = new Images(request);
    return {};
  },
  async build({ id, onnx }: { id: string; onnx: string }) {
    const options = {
      executionProviders: ['cpu'],
      graphOptimizationLevel: 'all',
      executionMode: 'sequential',
      intraOpNumThreads: threads,
      interOpNumThreads: 1,
    };
    sessions.set(id, await ort.InferenceSession.create(onnx, options));
    return {};
  },
  async predict({ id, count, repeats }: { id: string; count: number; repeats: number }) {
    const ms: number[] = [];
    for (let i = 0; i < repeats; i++) {
      const { pixels } = images.take(count);
      const start = performance.now();
      await run(id, pixels);
      ms.push(performance.now() - start);
    }
    return { ms };
  },
  async predictions({ id, count }: { id: string; count: number }) {
    images.rewind();
    return { values: [...(await run(id, images.take(count).pixels))] };
  },
});
