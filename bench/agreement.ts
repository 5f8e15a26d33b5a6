import type { NetworkDescription } from './networks/description.ts';
import { type BuildOptions, type Built, buildEverywhere, dropEverywhere } from './networks-of-peers.ts';
import type { Peers } from './peers.ts';

/** How far a peer is from Keras on a copy without dropout, from the same weights and batches. */
export interface Agreement {
  readonly label: string;
  readonly parameters: number | undefined;
  /** Largest relative difference of a loss; undefined for those that only predict. */
  readonly lossDifference: number | undefined;
  /** Largest absolute difference of a probability, before the steps. */
  readonly predictionDifference: number;
  /** Why it could not be compared. */
  readonly failure?: string;
}

/** Agreement by optimiser: Adam in all peers, plain gradient descent in Keras and Atrous. */
export interface Agreements {
  readonly adam: readonly Agreement[];
  readonly sgd: readonly Agreement[];
}

export const lossTolerance = 1e-3;
const predictionTolerance = 1e-4;
export const agreementSteps = 5;

/**
 * Takes the same predictions and steps in all peers. Adam's first step moves every weight by its rate times the sign of
 * the gradient, so that gradients near zero make rounding visible in deep networks: Keras itself gives other losses with
 * and without oneDNN, and PyTorch gives others again. Where the peers differ by more than the tolerance, twice of that is
 * allowed. Plain gradient descent with a small rate has no such excuse.
 * @throws {Error} if Atrous does not compute what Keras computes, or counts other parameters
 */
export async function agreementOf(
  peers: Peers,
  network: NetworkDescription,
  options: Omit<BuildOptions, 'xla' | 'optimizer'>,
): Promise<Agreements> {
  const adam = await agreementWith(peers, network, { ...options, xla: false });
  const among = adam.filter(({ label }) => !isOwn(peers, label)).flatMap((one) => one.lossDifference ?? []);
  refuse(peers, adam, Math.max(lossTolerance, 2 * Math.max(...among.filter(Number.isFinite))));
  const alone = { ...peers, others: [] };
  const sgd = await agreementWith(alone, network, { ...options, xla: false, optimizer: 'sgd' });
  refuse(peers, sgd, lossTolerance);
  return { adam, sgd };
}

const isOwn = (peers: Peers, label: string): boolean => peers.atrous.some((own) => own.label === label);

async function agreementWith(
  peers: Peers,
  network: NetworkDescription,
  options: BuildOptions,
): Promise<Agreement[]> {
  const everywhere = await buildEverywhere(peers, 'copy', network, options);
  const [reference, ...others] = everywhere.built;
  const expected = await answersOf(reference!, options.batch);
  const result: Agreement[] = [];
  for (const built of others) result.push(await compareAnswers(built, expected, options.batch));
  await dropEverywhere(everywhere);
  const parameters = reference!.parameters;
  for (const one of result)
    if (one.parameters !== undefined && one.parameters !== parameters)
      throw new Error(`${one.label} has ${one.parameters} parameters where Keras has ${parameters}.`);
  return result;
}

function refuse(peers: Peers, agreements: readonly Agreement[], tolerance: number): void {
  for (const own of agreements) {
    if (!isOwn(peers, own.label)) continue;
    const { label, failure, lossDifference, predictionDifference } = own;
    if (failure !== undefined) throw new Error(failure);
    if (lossDifference! <= tolerance && predictionDifference <= predictionTolerance) continue;
    throw new Error(
      `${label} is not Keras: losses differ by ${lossDifference} (allowed ${tolerance}, relative), ` +
        `predictions by ${predictionDifference} (allowed ${predictionTolerance}).`,
    );
  }
}

async function compareAnswers(built: Built, expected: Answers, batch: number): Promise<Agreement> {
  const about = { label: built.peer.label, parameters: built.parameters };
  try {
    const own = await answersOf(built, batch);
    return {
      ...about,
      lossDifference:
        own.losses && largest(own.losses, expected.losses!, (value) => Math.max(Math.abs(value), 1e-3)),
      predictionDifference: largest(own.predictions, expected.predictions, () => 1),
    };
  } catch (error) {
    const failure = (error as Error).message.split('\n')[0]!;
    const differences = {
      lossDifference: Number.POSITIVE_INFINITY,
      predictionDifference: Number.POSITIVE_INFINITY,
    };
    return { ...about, ...differences, failure };
  }
}

interface Answers {
  readonly predictions: readonly number[];
  readonly losses: readonly number[] | undefined;
}

async function answersOf({ peer, id, methods }: Built, batch: number): Promise<Answers> {
  const request = { call: 'predictions', id, count: batch };
  const { values } = await peer.process.call<{ values: number[] }>(request);
  if (methods.length === 0) return { predictions: values, losses: undefined };
  const steps = { call: 'losses', id, steps: agreementSteps, batch };
  return { predictions: values, losses: (await peer.process.call<{ losses: number[] }>(steps)).losses };
}

function largest(
  values: readonly number[],
  expected: readonly number[],
  scale: (value: number) => number,
): number {
  if (values.length !== expected.length) return Number.POSITIVE_INFINITY;
  return values.reduce((worst, value, i) => {
    const difference = Math.abs(value - expected[i]!) / scale(expected[i]!);
    return Number.isNaN(difference) ? Number.POSITIVE_INFINITY : Math.max(worst, difference);
  }, 0);
}
