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

export const lossTolerance = 1e-3;
export const predictionTolerance = 1e-4;
export const agreementSteps = 5;

/**
 * Takes the same predictions and steps in all peers.
 * @throws {Error} if Atrous does not compute what Keras computes, or counts other parameters
 */
export async function agreementOf(
  peers: Peers,
  network: NetworkDescription,
  options: Omit<BuildOptions, 'xla'>,
): Promise<Agreement[]> {
  const everywhere = await buildEverywhere(peers, 'copy', network, { ...options, xla: false });
  const [reference, ...others] = everywhere.built.filter(
    ({ peer }) => peer.family !== 'Keras' || peer === peers.keras[0],
  );
  const expected = await answersOf(reference!, options.batch);
  const result: Agreement[] = [];
  for (const built of others) {
    const agreement = await compareAnswers(built, expected, options.batch);
    if (peers.atrous.includes(built.peer)) refuseDisagreement(agreement, reference!.parameters!);
    result.push(agreement);
  }
  await dropEverywhere(everywhere);
  return result;
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
  return Math.max(
    ...values.map((value, i) => {
      const difference = Math.abs(value - expected[i]!) / scale(expected[i]!);
      return Number.isNaN(difference) ? Number.POSITIVE_INFINITY : difference;
    }),
  );
}

function refuseDisagreement(own: Agreement, parameters: number): void {
  const problems = [
    own.failure ?? '',
    own.parameters === parameters ? '' : `${own.parameters} parameters where Keras has ${parameters}`,
    own.lossDifference! <= lossTolerance ? '' : `losses that differ by ${own.lossDifference} (relative)`,
    own.predictionDifference <= predictionTolerance
      ? ''
      : `predictions that differ by ${own.predictionDifference}`,
  ].filter((problem) => problem !== '');
  if (problems.length > 0) throw new Error(`${own.label} is not Keras: ${problems.join(', ')}.`);
}
