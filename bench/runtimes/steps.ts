import { configure, type Model, runtimeInfo, type Tensor, tensor } from '../../src/index.ts';
import { cases } from '../cases.ts';
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

interface Prepared {
  readonly model: Model;
  readonly x: Tensor;
  readonly y: Tensor;
  readonly batch: number;
  readonly batches: number;
}

/** Batches of an epoch: 16, fewer where samples are large. */
const batchesOf = (batchElements: number): number =>
  Math.max(comparedSteps + 1, Math.min(16, Math.floor(2 ** 22 / batchElements)));

let prepared: Prepared | undefined;

/** Builds a network, in Node or in a page, takes the first steps, and keeps it for `timeSteps`. */
export async function prepareSteps({ network: name, threads, shared }: StepsRequest): Promise<StepsReport> {
  prepared?.model.dispose();
  configure({ threads, sharedMemory: shared });
  const { network: describe, batch } = cases[name]!;
  const network = describe(0.5);
  const { shape, dtype } = network.input;
  const batchElements = batch * shape.reduce((product, n) => product * n, 1);
  const batches = batchesOf(batchElements);
  const length = batches * batchElements;
  const next = words();
  const data =
    dtype === 'u8'
      ? Uint8Array.from({ length }, () => next() & 255)
      : Float32Array.from({ length }, () => ((next() & 8191) - 4096) / 2048);
  const labels = Int32Array.from({ length: batches * batch }, () => next() % network.classes);
  const model = atrousModel(network, {});
  model.compile({ optimizer: 'adam', loss: 'sparseCategoricalCrossentropy', metrics: ['accuracy'] });
  const [x, y] = [tensor(data, [batches * batch, ...shape]), tensor(labels, [batches * batch])];
  prepared = { model, x, y, batch, batches };
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

/** Milliseconds of a step, over as many whole epochs as take so long. */
export async function timeSteps(leastMs: number): Promise<number> {
  const { model, x, y, batch, batches } = prepared!;
  const start = performance.now();
  let epochs = 0;
  do {
    await model.fit(x, y, { batchSize: batch, epochs: 1, shuffle: false, verbose: 0 });
    epochs++;
  } while (performance.now() - start < leastMs);
  return (performance.now() - start) / (epochs * batches);
}

/** Numbers of 16 bits that are the same everywhere: multiplication modulo 2^32. */
function words(): () => number {
  let state = 12_345;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0;
    return state >>> 16;
  };
}

async function sha256(arrays: readonly ArrayLike<number>[]): Promise<string> {
  const floats = Float32Array.from(arrays.flatMap((values) => Array.from(values)));
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', floats));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
