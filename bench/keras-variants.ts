import type { Case } from './cases.ts';
import { buildInKeras } from './networks-of-peers.ts';
import type { Options } from './options.ts';
import type { Peer } from './peers.ts';

/** One way to have Keras do the work. */
export interface KerasVariant {
  readonly label: string;
  readonly peer: Peer;
  readonly id: string;
  readonly method: string;
  readonly ms: number;
}

export interface KerasVariants {
  /** The two fastest ways to train; both take part in the bench, and the faster one counts. */
  readonly training: readonly KerasVariant[];
  readonly predictMany: readonly KerasVariant[];
  readonly predictOne: readonly KerasVariant[];
  readonly parameters: number;
}

const finalists = 2;

/**
 * Tries every combination of oneDNN, XLA and ways to call, shortly, and keeps the fastest. Once a first trial of XLA
 * takes three times as long as the fastest so far, its other ways are left out.
 */
export async function findKerasVariants(
  keras: readonly Peer[],
  entry: Case,
  options: Options,
  folder: string,
): Promise<KerasVariants> {
  const found = {
    training: [] as KerasVariant[],
    predictMany: [] as KerasVariant[],
    predictOne: [] as KerasVariant[],
  };
  let parameters = 0;
  const fastest = (): number => Math.min(...found.training.map((variant) => variant.ms));
  for (const jit of [false, true]) {
    for (const peer of keras) {
      const id = `${entry.name}-${jit ? 'xla' : 'plain'}`;
      const built = await buildInKeras(peer, id, entry, 0.5, jit, folder);
      parameters = built.parameters;
      const name = `${peer.label}${jit ? ', XLA' : ''}`;
      for (const method of built.methods) {
        const ms = await timeTraining(peer, id, method, options, 3 * fastest());
        if (ms === undefined) break;
        found.training.push({ label: `${name}, ${method}`, peer, id, method, ms });
      }
      for (const method of built.predictions) {
        const label = `${name}, ${method}`;
        const many = await timePrediction(peer, id, method, options.batch, 5);
        const one = await timePrediction(peer, id, method, 1, 20);
        found.predictMany.push({ label, peer, id, method, ms: many });
        found.predictOne.push({ label, peer, id, method, ms: one });
      }
    }
  }
  const best = (variants: readonly KerasVariant[]): KerasVariant[] =>
    [...variants].sort((a, b) => a.ms - b.ms).slice(0, finalists);
  return {
    training: best(found.training),
    predictMany: best(found.predictMany),
    predictOne: best(found.predictOne),
    parameters,
  };
}

/** Milliseconds a step, or undefined where a first trial takes longer than `limit`. */
async function timeTraining(
  peer: Peer,
  id: string,
  method: string,
  { steps, batch }: Options,
  limit: number,
): Promise<number | undefined> {
  const turn = async (count: number): Promise<number> => {
    const request = { call: 'train', id, method, steps: count, batch };
    return (await peer.process.call<{ msPerStep: number }>(request)).msPerStep;
  };
  await turn(steps > 2 ? 2 : 1);
  if ((await turn(2)) > limit) return undefined;
  await turn(steps);
  return Math.min(await turn(steps), await turn(steps));
}

async function timePrediction(
  peer: Peer,
  id: string,
  method: string,
  count: number,
  repeats: number,
): Promise<number> {
  const request = { call: 'predict', id, method, count };
  await peer.process.call({ ...request, repeats: 2 });
  const { ms } = await peer.process.call<{ ms: number[] }>({ ...request, repeats });
  return Math.min(...ms);
}
