/** Trains one small network on one thread and on two, and prints a hash of the weights. */
import { createHash } from 'node:crypto';
import { layers, sequential, tensor } from '../../src/index.ts';

async function hashOf(threads: number): Promise<string> {
  const model = sequential(
    [
      layers.separableConv2d({ filters: 8, kernelSize: 3, dilationRate: 2, activation: 'relu' }),
      layers.dropout({ rate: 0.3 }),
      layers.flatten(),
      layers.dense({ units: 3, activation: 'softmax' }),
    ],
    { inputShape: [12, 12, 2], seed: 7, engine: { threads } },
  );
  model.compile({ optimizer: 'adam', loss: 'sparseCategoricalCrossentropy' });
  const x = tensor(
    Float32Array.from({ length: 64 * 288 }, (_, k) => Math.sin(k) / 2),
    [64, 12, 12, 2],
  );
  const y = tensor(
    Int32Array.from({ length: 64 }, (_, k) => k % 3),
    [64],
  );
  await model.fit(x, y, { batchSize: 16, epochs: 3, verbose: 0 });
  const hash = createHash('sha256');
  for (const { data } of await model.getWeights())
    hash.update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  model.dispose();
  return hash.digest('hex');
}

for (const threads of [1, 2]) process.stdout.write(`${threads} threads: ${await hashOf(threads)}\n`);
