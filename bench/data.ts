import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { mnist } from '../src/data/node-mnist.ts';
import type { NetworkDescription } from './networks/description.ts';
import { RandomSource } from './networks/random-source.ts';
import type { DataRequest } from './peers/samples.ts';

/** Random samples: as many batches as a turn may take, in so many bytes at most, but a few in any case. */
const most = { batches: 128, bytes: 2 ** 25 };
const fewest = 12;

/**
 * Writes samples for a network: the images of MNIST where it takes bytes, else random numbers between -1.7 and 1.7
 * (variance 1) with random labels.
 */
export async function writeSamples(
  { input, classes }: NetworkDescription,
  batch: number,
  folder: string,
): Promise<DataRequest & { readonly count: number }> {
  const inputs = join(folder, 'inputs');
  const labels = join(folder, 'labels');
  if (input.dtype === 'u8') {
    const { train } = await mnist();
    writeFileSync(inputs, train.inputs[0]!.data as Uint8Array);
    writeFileSync(labels, train.targets[0]!.data as Uint8Array);
    return { inputs, labels, shape: input.shape, dtype: input.dtype, count: train.size };
  }
  const random = new RandomSource(1, 0);
  const size = input.shape.reduce((product, n) => product * n, 1);
  const fitting = Math.floor(most.bytes / (4 * size * batch));
  const count = batch * Math.max(fewest, Math.min(most.batches, fitting));
  writeFileSync(
    inputs,
    Float32Array.from({ length: count * size }, () => uniform(random)),
  );
  writeFileSync(
    labels,
    Uint8Array.from({ length: count }, () => random.integer(0, classes - 1)),
  );
  return { inputs, labels, shape: input.shape, dtype: input.dtype, count };
}

const uniform = (random: RandomSource): number => (random.integer(0, 65_535) / 65_535 - 0.5) * Math.sqrt(12);
