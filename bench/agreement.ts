import type { Case } from './cases.ts';
import { buildEverywhere, dropEverywhere } from './networks-of-peers.ts';
import type { Peers } from './peers.ts';

/** How far Atrous is from Keras on a copy without dropout, from the same weights and batches. */
export interface Agreement {
  readonly steps: number;
  /** Losses of the steps in Keras. */
  readonly losses: readonly number[];
  /** Largest relative difference of a loss. */
  readonly lossDifference: number;
  /** Largest absolute difference of a probability, before the steps; onnxruntime included where it runs. */
  readonly predictionDifference: number;
}

const lossTolerance = 1e-4;
const predictionTolerance = 1e-5;
const steps = 6;
const count = 128;

/**
 * Takes the same steps and predictions in Atrous (both ways), Keras and onnxruntime.
 * @throws {Error} if one of them is not what Keras computes
 */
export async function agreementOf(
  peers: Peers,
  entry: Case,
  batch: number,
  folder: string,
): Promise<Agreement> {
  const id = 'copy';
  const keras = peers.keras[0]!;
  await buildEverywhere(peers, id, entry, 0, folder);
  const predictions = { call: 'predictions', id, count };
  const expected = await keras.process.call<{ values: number[] }>(predictions);
  const wanted = await keras.process.call<{ losses: number[] }>({ call: 'losses', id, steps, batch });
  const difference = { loss: 0, prediction: 0 };
  const others = [...peers.atrous, ...(entry.everywhere && peers.onnxruntime ? [peers.onnxruntime] : [])];
  for (const peer of others) {
    const { values } = await peer.process.call<{ values: number[] }>(predictions);
    difference.prediction = Math.max(
      difference.prediction,
      within(peer.label, 'predictions', values, expected.values, predictionTolerance, () => 1),
    );
  }
  for (const peer of peers.atrous) {
    const { losses } = await peer.process.call<{ losses: number[] }>({ call: 'losses', id, steps, batch });
    difference.loss = Math.max(
      difference.loss,
      within(peer.label, 'losses', losses, wanted.losses, lossTolerance, Math.abs),
    );
  }
  await dropEverywhere(peers, id);
  return {
    steps,
    losses: wanted.losses,
    lossDifference: difference.loss,
    predictionDifference: difference.prediction,
  };
}

function within(
  label: string,
  what: string,
  values: readonly number[],
  expected: readonly number[],
  tolerance: number,
  scale: (value: number) => number,
): number {
  if (values.length !== expected.length)
    throw new Error(`${label}: ${values.length} ${what} where Keras has ${expected.length}.`);
  const differences = values.map((value, i) => Math.abs(value - expected[i]!) / scale(expected[i]!));
  const worst = Math.max(...differences);
  if (worst <= tolerance) return worst;
  const at = differences.findIndex((difference) => !(difference <= tolerance));
  throw new Error(
    `${label}: its ${what} are not those of Keras: ${values[at]} against ${expected[at]} at ${at}, ` +
      `differing by ${differences[at]} where ${tolerance} is allowed.`,
  );
}
