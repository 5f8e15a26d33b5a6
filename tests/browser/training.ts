/** What the training program reports, in Node and in a page. */
export interface Report {
  /** SHA-256 of all weights after the training, in hexadecimal. */
  readonly weights: string;
  /** SHA-256 of the probabilities of 20 images. */
  readonly predictions: string;
  readonly losses: readonly number[];
  readonly threads: number;
  readonly sharedMemory: boolean;
}

/**
 * A module that trains the `seed` network for 30 steps on images that it makes and passes a report to the function
 * that `deliver` names. `before` runs first, such as a call of `configure`.
 */
export function trainingProgram(deliver: string, before = ''): string {
  return `
import { configure, runtimeInfo, tensor } from 'atrous';
import { seed } from 'atrous/zoo';

// Multiplication modulo 2^32 and xor-shifts: the same numbers everywhere.
let state = 12345;
const next = () => {
  state = (Math.imul(state, 1664525) + 1013904223) | 0;
  return ((state ^ (state >>> 16)) >>> 8) & 255;
};
const count = 480;
const labels = Int32Array.from({ length: count }, (_, i) => i % 10);
const pixels = Uint8Array.from({ length: count * 784 }, (_, i) => {
  const [image, row] = [Math.floor(i / 784), Math.floor((i % 784) / 28)];
  return Math.floor(row / 3) === labels[image] ? 128 + (next() >> 1) : next() >> 2;
});

const hash = async (arrays) => {
  const bytes = await new Blob(arrays.map((array) => array.slice().buffer)).arrayBuffer();
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
};

async function train() {
  ${before}
  const model = seed();
  model.compile({ optimizer: 'adam', loss: 'sparseCategoricalCrossentropy', metrics: ['accuracy'] });
  const images = tensor(pixels, [count, 28, 28, 1]);
  const history = await model.fit(images, tensor(labels, [count]), { batchSize: 48, epochs: 3, verbose: 0 });
  const probabilities = await model.predict(tensor(pixels.slice(0, 20 * 784), [20, 28, 28, 1]));
  const { threads, sharedMemory } = runtimeInfo();
  const report = {
    weights: await hash((await model.getWeights()).map(({ data }) => data)),
    predictions: await hash([probabilities.data]),
    losses: history.history.loss,
    threads,
    sharedMemory,
  };
  model.dispose();
  return report;
}

${deliver}(await train().catch((error) => ({ error: String(error?.stack ?? error) })));
`;
}
