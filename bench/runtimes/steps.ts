import { configure, type Model, runtimeInfo, type Tensor, tensor } from '../../src/index.ts';
import { cases } from '../cases.ts';
import { RandomSource } from '../networks/random-source.ts';
import { atrousModel } from '../peers/atrous-network.ts';

/** How a network is to run. */
export interface StepsRequest {
  readonly network: string;
  readonly threads: number;
  readonly shared: boolean;
}

/** What a runtime made of a network. */
export interface StepsReport {
  /** SHA-256 of all weights after the first steps, in hexadecimal. */
  readonly weights: string;
  readonly threads: number;
  readonly shared: boolean;
  readonly revectorize: boolean;
}

/** Steps before weights are compared. */
export const comparedSteps = 5;
/** Batches of an epoch. */
export const epochSteps = 16;

interface Prepared {
  readonly model: Model;
  readonly x: Tensor;
  readonly y: Tensor;
  readonly batch: number;
}

let prepared: Prepared | undefined;

/** Builds a network, in Node or in a page, takes the first steps, and keeps it for `timeSteps`. */
export async function prepareSteps({ network: name, threads, shared }: StepsRequest): Promise<StepsReport> {
  prepared?.model.dispose();
  configure({ threads, sharedMemory: shared });
  const { network: describe, batch } = cases[name]!;
  const network = describe(0.5);
  const { shape, dtype } = network.input;
  const random = new RandomSource(7, 0);
  const count = epochSteps * batch * shape.reduce((product, n) => product * n, 1);
  const data =
    dtype === 'u8'
      ? Uint8Array.from({ length: count }, () => random.integer(0, 255))
      : Float32Array.from({ length: count }, () => random.integer(-4096, 4096) / 2048);
  const labels = Int32Array.from({ length: epochSteps * batch }, () =>
    random.integer(0, network.classes - 1),
  );
  const model = atrousModel(network, {});
  model.compile({ optimizer: 'adam', loss: 'sparseCategoricalCrossentropy', metrics: ['accuracy'] });
  const [x, y] = [tensor(data, [epochSteps * batch, ...shape]), tensor(labels, [epochSteps * batch])];
  prepared = { model, x, y, batch };
  await model.fit(x, y, { batchSize: batch, stepsPerEpoch: comparedSteps, shuffle: false, verbose: 0 });
  const values = (await model.getWeights()).map(({ data: own }) => own);
  const info = runtimeInfo();
  return {
    weights: await sha256(values),
    threads: info.threads,
    shared: info.sharedMemory,
    revectorize: info.revectorize,
  };
}

/** Milliseconds of a step, over so many epochs of 16 steps. */
export async function timeSteps(epochs: number): Promise<number> {
  const { model, x, y, batch } = prepared!;
  const start = performance.now();
  await model.fit(x, y, { batchSize: batch, epochs, shuffle: false, verbose: 0 });
  return (performance.now() - start) / (epochs * epochSteps);
}

async function sha256(arrays: readonly ArrayLike<number>[]): Promise<string> {
  const floats = Float32Array.from(arrays.flatMap((values) => Array.from(values)));
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', floats));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
