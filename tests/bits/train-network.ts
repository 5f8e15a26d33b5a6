import { atrousModel } from '../../bench/peers/atrous-network.ts';
import type { createSession } from '../../src/engine/index.ts';
import { runtimeInfo, type Tensor, tensor } from '../../src/index.ts';
import { RandomSource } from './random-source.ts';
import type { TableNetwork } from './table-networks.ts';

/** What came out of one training. */
export interface TrainingReport {
  readonly network: string;
  readonly threads: number;
  readonly sharedMemory: boolean;
  readonly revectorize: boolean;
  /** SHA-256 of the file of the trained model: weights, moving statistics, optimiser's state. */
  readonly state: string;
  /** SHA-256 of probabilities, computed in batches. */
  readonly predictions: string;
  readonly loss: number;
}

/** What must be equal however a training ran, by network. */
export const results = (
  reports: readonly TrainingReport[],
): Record<string, Pick<TrainingReport, 'state' | 'predictions' | 'loss'>> =>
  Object.fromEntries(
    reports.map(({ network, state, predictions, loss }) => [network, { state, predictions, loss }]),
  );

async function sha256({ buffer, byteOffset, byteLength }: ArrayBufferView): Promise<string> {
  const bytes = new Uint8Array(buffer as ArrayBuffer, byteOffset, byteLength);
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** Samples and labels that follow from 32-bit integers alone. */
function samplesOf({ network, samples }: TableNetwork): { x: Tensor; y: Tensor } {
  const { shape, dtype } = network.input;
  const random = new RandomSource(samples);
  const count = shape.reduce((product, extent) => product * extent, samples);
  const data =
    dtype === 'u8'
      ? Uint8Array.from({ length: count }, () => random.integer(0, 255))
      : Float32Array.from({ length: count }, () => random.integer(-4096, 4096) / 2048);
  const labels = Int32Array.from({ length: samples }, () => random.integer(0, network.classes - 1));
  return { x: tensor(data, [samples, ...shape]), y: tensor(labels, [samples]) };
}

/** Trains a network of the table for one epoch and predicts, in Node or in a page. */
export async function trainNetwork(
  entry: TableNetwork,
  session?: () => ReturnType<typeof createSession>,
): Promise<TrainingReport> {
  const { network, batchSize } = entry;
  const model = atrousModel(network, session ? { session } : {});
  model.compile({ optimizer: 'adam', loss: 'sparseCategoricalCrossentropy' });
  const { x, y } = samplesOf(entry);
  const { history } = await model.fit(x, y, { batchSize, seed: 5, verbose: 0 });
  const state = await model.toBytes('safetensors');
  const { data } = await model.predict(x, { batchSize });
  model.dispose();
  const { threads, sharedMemory, revectorize } = runtimeInfo();
  return {
    network: network.name,
    threads,
    sharedMemory,
    revectorize,
    state: await sha256(state),
    predictions: await sha256(data),
    loss: history.loss![0]!,
  };
}
