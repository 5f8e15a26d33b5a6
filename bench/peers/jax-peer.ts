import { readFileSync } from 'node:fs';
import type { NetworkDescription } from '../networks/description.ts';
import { optionalPackage } from './optional-package.ts';
import { type DataRequest, Samples, type SampleValues } from './samples.ts';
import { serve } from './serve.ts';

/** The part of jax-js that the step uses. An array that is passed is consumed; `.ref` keeps it. */
interface Array {
  readonly ref: Array;
  readonly shape: number[];
  add(other: Array | number): Array;
  sub(other: Array | number): Array;
  mul(other: Array | number): Array;
  div(other: Array | number): Array;
  neg(): Array;
  reshape(shape: number[]): Array;
  transpose(axes?: number[]): Array;
  data(): Promise<Float32Array>;
  dispose(): void;
}
type Parameters = Record<string, Array>;
interface Jax {
  init(...devices: string[]): Promise<string[]>;
  defaultDevice(device: string): void;
  blockUntilReady<T>(value: T): Promise<T>;
  jit<F>(f: F, options?: object): F;
  valueAndGrad(
    f: (parameters: Parameters, ...rest: Array[]) => Array,
  ): (parameters: Parameters, ...rest: Array[]) => [Array, Parameters];
  readonly numpy: {
    array(values: Float32Array | Int32Array, options?: { shape?: number[]; dtype?: string }): Array;
    zeros(shape: number[]): Array;
    max(x: Array, axis: number[]): Array;
    mean(x: Array): Array;
    sum(x: Array, axis?: number): Array;
    sqrt(x: Array): Array;
    dot(x: Array, y: Array): Array;
    where(condition: Array, x: Array, y: Array | number): Array;
  };
  readonly lax: {
    convGeneralDilated(
      x: Array,
      kernel: Array,
      strides: number[],
      padding: [number, number][],
      options: { rhsDilation: number[]; featureGroupCount: number },
    ): Array;
  };
  readonly nn: {
    relu(x: Array): Array;
    softmax(x: Array, axis: number): Array;
    logSoftmax(x: Array, axis: number): Array;
    oneHot(x: Array, classes: number): Array;
  };
  readonly random: { key(seed: number): Array; bernoulli(key: Array, p: number, shape: number[]): Array };
}

interface BuildRequest {
  readonly id: string;
  readonly description: NetworkDescription;
  readonly weights: string;
}

/** The networks of digits, which alone this peer has. */
interface Digits {
  readonly separable: boolean;
  readonly dilation: number;
  readonly dropout: number;
}

function digitsOf({ name, nodes, input }: NetworkDescription): Digits {
  const window = nodes.find((node) => node.kind === 'separable' || node.kind === 'convolution');
  const dropout = nodes.find((node) => node.kind === 'dropout');
  if (input.dtype !== 'u8' || window === undefined || dropout === undefined)
    throw new Error(`jax-js has no network ${name}.`);
  return {
    separable: window.kind === 'separable',
    dilation: window.dilation[0]!,
    dropout: dropout.rate,
  };
}

interface Network {
  parameters: Parameters;
  first: Parameters;
  second: Parameters;
  step: number;
  train(
    parameters: Parameters,
    first: Parameters,
    second: Parameters,
    images: Array,
    labels: Array,
    key: Array,
    scales: Array,
  ): [Array, Parameters, Parameters, Parameters];
  predict(parameters: Parameters, images: Array): Array;
}

const networks = new Map<string, Network>();
let samples: Samples;
let jax: Jax;

const keep = (parameters: Parameters): Parameters =>
  Object.fromEntries(Object.entries(parameters).map(([name, value]) => [name, value.ref]));

/** The weights of Keras in the layouts of jax-js: kernels [out, in, height, width], images NCHW. */
function readWeights({ separable }: Digits, weights: string): Parameters {
  const bytes = readFileSync(weights);
  const values = new Float32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4);
  let offset = 0;
  const take = (...shape: number[]): Array => {
    const length = shape.reduce((a, b) => a * b, 1);
    offset += length;
    return jax.numpy.array(values.slice(offset - length, offset), { shape });
  };
  const parameters: Parameters = {};
  for (const [layer, [input, output]] of [
    [1, 32],
    [32, 64],
  ].entries()) {
    if (separable) {
      parameters[`depthwise${layer}`] = take(3, 3, input!, 1).transpose([2, 3, 0, 1]);
      parameters[`kernel${layer}`] = take(1, 1, input!, output!).transpose([3, 2, 0, 1]);
    } else parameters[`kernel${layer}`] = take(3, 3, input!, output!).transpose([3, 2, 0, 1]);
    parameters[`bias${layer}`] = take(output!).reshape([1, output!, 1, 1]);
  }
  parameters.dense = take(14, 14, 64, 10).transpose([2, 0, 1, 3]).reshape([12544, 10]);
  parameters.denseBias = take(10);
  return parameters;
}

function logits(p: Parameters, x: Array, network: Digits, key: Array | undefined): Array {
  const { separable, dilation, dropout } = network;
  const spatial = (input: Array, kernel: Array, groups: number): Array =>
    jax.lax.convGeneralDilated(
      input,
      kernel,
      [1, 1],
      [
        [dilation, dilation],
        [dilation, dilation],
      ],
      { rhsDilation: [dilation, dilation], featureGroupCount: groups },
    );
  const pointwise = (input: Array, kernel: Array): Array =>
    jax.lax.convGeneralDilated(
      input,
      kernel,
      [1, 1],
      [
        [0, 0],
        [0, 0],
      ],
      { rhsDilation: [1, 1], featureGroupCount: 1 },
    );
  let y = x.mul(1 / 255);
  for (const [layer, channels] of [1, 32].entries()) {
    if (separable) {
      y = spatial(y, p[`depthwise${layer}`]!, channels);
      y = pointwise(y, p[`kernel${layer}`]!);
    } else y = spatial(y, p[`kernel${layer}`]!, 1);
    y = jax.nn.relu(y.add(p[`bias${layer}`]!));
  }
  const n = y.shape[0]!;
  y = jax.numpy.max(y.reshape([n, 64, 14, 2, 14, 2]), [3, 5]).reshape([n, 12544]);
  if (key !== undefined && dropout > 0) {
    const kept = jax.random.bernoulli(key, 1 - dropout, [n, 12544]);
    y = jax.numpy.where(kept, y.mul(1 / (1 - dropout)), 0);
  } else key?.dispose();
  return jax.numpy.dot(y, p.dense!).add(p.denseBias!);
}

function compile(network: Digits): Pick<Network, 'train' | 'predict'> {
  const { numpy: np, nn } = jax;
  const loss = (p: Parameters, x: Array, labels: Array, key: Array): Array =>
    np.mean(np.sum(nn.logSoftmax(logits(p, x, network, key), -1).mul(nn.oneHot(labels, 10)), -1)).neg();
  const gradient = jax.valueAndGrad(loss);
  const train: Network['train'] = (p, first, second, x, labels, key, scales) => {
    const [value, g] = gradient(keep(p), x, labels, key);
    const next = { p: {} as Parameters, m: {} as Parameters, v: {} as Parameters };
    for (const name of Object.keys(p)) {
      const m = first[name]!.mul(0.9).add(g[name]!.ref.mul(0.1));
      const v = second[name]!.mul(0.999).add(g[name]!.ref.mul(g[name]!).mul(0.001));
      next.p[name] = p[name]!.sub(m.ref.mul(scales.ref).div(np.sqrt(v.ref).add(1e-7)));
      next.m[name] = m;
      next.v[name] = v;
    }
    scales.dispose();
    return [value, next.p, next.m, next.v];
  };
  return {
    train: jax.jit(train),
    predict: jax.jit((p: Parameters, x: Array) => nn.softmax(logits(p, x, network, undefined), -1)),
  };
}

const imagesOf = (pixels: SampleValues): Array =>
  jax.numpy.array(Float32Array.from(pixels), { shape: [pixels.length / 784, 1, 28, 28] });

async function trainStep(network: Network, batch: number): Promise<number> {
  const { values: pixels, labels } = samples.take(batch);
  const t = ++network.step;
  const rate = (1e-3 * Math.sqrt(1 - 0.999 ** t)) / (1 - 0.9 ** t);
  const [loss, ...state] = network.train(
    network.parameters,
    network.first,
    network.second,
    imagesOf(pixels),
    jax.numpy.array(Int32Array.from(labels), { dtype: 'int32' }),
    jax.random.key(t),
    jax.numpy.array(Float32Array.of(rate), { shape: [] }),
  );
  [network.parameters, network.first, network.second] = state;
  await jax.blockUntilReady(network.parameters);
  return (await loss.data())[0]!;
}

async function predict(network: Network, pixels: SampleValues): Promise<Float32Array> {
  return network.predict(keep(network.parameters), imagesOf(pixels)).data();
}

await serve({
  async hello() {
    const found = await optionalPackage<Jax>('@jax-js/jax');
    if (found === undefined) return { installed: false };
    jax = found.module;
    await jax.init('wasm');
    jax.defaultDevice('wasm');
    return { installed: true, version: found.version };
  },
  data(request: DataRequest) {
    samples = new Samples(request);
    return {};
  },
  build({ id, description, weights }: BuildRequest) {
    const digits = digitsOf(description);
    const parameters = readWeights(digits, weights);
    const zeros = (): Parameters =>
      Object.fromEntries(
        Object.entries(parameters).map(([name, { shape }]) => [name, jax.numpy.zeros(shape)]),
      );
    networks.set(id, { parameters, first: zeros(), second: zeros(), step: 0, ...compile(digits) });
    return { methods: ['jit'], predictions: ['jit'] };
  },
  drop({ id }: { id: string }) {
    networks.delete(id);
    return {};
  },
  async train({ id, steps, batch }: { id: string; steps: number; batch: number }) {
    const start = performance.now();
    for (let i = 0; i < steps; i++) await trainStep(networks.get(id)!, batch);
    return { msPerStep: (performance.now() - start) / steps };
  },
  async losses({ id, steps, batch }: { id: string; steps: number; batch: number }) {
    samples.rewind();
    const losses: number[] = [];
    for (let i = 0; i < steps; i++) losses.push(await trainStep(networks.get(id)!, batch));
    return { losses };
  },
  async predict({ id, count, repeats }: { id: string; count: number; repeats: number }) {
    const ms: number[] = [];
    for (let i = 0; i < repeats; i++) {
      const { values } = samples.take(count);
      const start = performance.now();
      await predict(networks.get(id)!, values);
      ms.push(performance.now() - start);
    }
    return { ms };
  },
  async predictions({ id, count }: { id: string; count: number }) {
    samples.rewind();
    return { values: [...(await predict(networks.get(id)!, samples.take(count).values))] };
  },
});
