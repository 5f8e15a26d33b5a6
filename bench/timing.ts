import type { Case } from './cases.ts';
import { buildEverywhere, dropEverywhere, type LeftOut } from './networks-of-peers.ts';
import type { Peers } from './peers.ts';
import { alternate, type Outcome } from './rounds.ts';
import { type Field, predictors, trainers } from './variants.ts';

/** One measurement of a case: Atrous, and the fastest way of each peer. */
export interface Timing {
  readonly name: string;
  readonly outcomes: readonly Outcome[];
  /** Peers, or ways of them, that cannot do it. */
  readonly leftOut: readonly LeftOut[];
}

export interface TimingOptions {
  readonly batch: number;
  readonly rounds: number;
  /** Training steps of a turn. */
  readonly steps: number;
  readonly folder: string;
  readonly admits?: (label: string) => boolean;
}

const repeats = { many: 10, one: 50 };

/** Times a training step and prediction of a case, with dropout, in all peers. */
export async function timingsOf(peers: Peers, entry: Case, options: TimingOptions): Promise<Timing[]> {
  const { batch, rounds, steps, folder, admits } = options;
  const network = entry.network(0.5);
  const everywhere = await buildEverywhere(peers, 'timed', network, { batch, folder, xla: true });
  const training = await trainers(everywhere, { repetitions: steps, batch, admits });
  const result = [await measure(`training step, batch ${batch}`, training, rounds)];
  for (const [count, repetitions] of [
    [batch, repeats.many],
    [1, repeats.one],
  ] as const) {
    const field = await predictors(everywhere, { repetitions, batch: count, admits });
    result.push(await measure(`predict ${count}`, field, rounds));
  }
  await dropEverywhere(everywhere);
  return result;
}

/** Of the ways of a family, the fastest stands for it. Atrous comes first. */
async function measure(name: string, { variants, leftOut }: Field, rounds: number): Promise<Timing> {
  const outcomes = await alternate(variants, rounds);
  const families = Map.groupBy(outcomes, ({ label }) => variants.find((v) => v.label === label)!.family);
  const own = ([family]: readonly [string, unknown]): number => (family.startsWith('Atrous') ? 0 : 1);
  const best = [...families]
    .toSorted((a, b) => own(a) - own(b))
    .map(([, all]) => all.toSorted((a, b) => a.median - b.median)[0]!);
  const missing = leftOut.filter(({ label }) => !best.some((outcome) => outcome.label.startsWith(label)));
  return { name, outcomes: best, leftOut: missing };
}
