import type { Built, Everywhere, LeftOut } from './networks-of-peers.ts';
import type { Contestant } from './rounds.ts';

/** One way to have a peer do the work. */
export interface Variant extends Contestant {
  readonly family: string;
}

/** The ways that take part in a measurement, after a short trial of all. */
export interface Field {
  readonly variants: readonly Variant[];
  readonly leftOut: readonly LeftOut[];
}

/** Ways of a family that go through all rounds. */
const finalists = 2;
/** A way that is so many times slower than the best of its family in a first trial is not tried further. */
const hopeless = 3;
/** Milliseconds that a way may take to warm up before it is judged, and repetitions of it at most. */
const warming = { ms: 100, most: 2000 };
/** A turn that takes a peer longer than this has a single repetition. */
const longestMs = 4_000;
/** A turn takes at least so long: its first steps wake threads that slept and caches that others filled. */
export const leastMs = 250;

export interface Trial {
  /** Steps of a turn, or predictions, at least. */
  readonly repetitions: number;
  /** Samples. */
  readonly batch: number;
  /** Leaves ways to work out by their name. */
  readonly admits?: (label: string) => boolean;
}

/** The fastest ways to train of every family. */
export function trainers(everywhere: Everywhere, trial: Trial): Promise<Field> {
  const turn = async ({ peer, id }: Built, method: string, steps: number): Promise<readonly number[]> => {
    const request = { call: 'train', id, method, steps, batch: trial.batch };
    return [(await peer.process.call<{ msPerStep: number }>(request)).msPerStep];
  };
  return choose(everywhere, trial, ({ methods }) => methods, turn);
}

/** The fastest ways to predict `batch` samples of every family. */
export function predictors(everywhere: Everywhere, trial: Trial): Promise<Field> {
  const turn = async ({ peer, id }: Built, method: string, repeats: number): Promise<readonly number[]> => {
    const request = { call: 'predict', id, method, count: trial.batch, repeats };
    return (await peer.process.call<{ ms: number[] }>(request)).ms;
  };
  return choose(everywhere, trial, ({ predictions }) => predictions, turn);
}

async function choose(
  { built, leftOut, samples }: Everywhere,
  { repetitions, batch, admits = () => true }: Trial,
  waysOf: (built: Built) => readonly string[],
  turn: (built: Built, method: string, count: number) => Promise<readonly number[]>,
): Promise<Field> {
  const tried: { variant: Variant; ms: number }[] = [];
  const most = Math.max(1, Math.floor(samples / batch));
  const failures: LeftOut[] = [...leftOut];
  for (const one of built) {
    const { family } = one.peer;
    for (const method of waysOf(one)) {
      const label = waysOf(one).length > 1 ? `${one.label}, ${method}` : one.label;
      if (!admits(label)) continue;
      try {
        await turn(one, method, 1);
        const cold = Math.min(...(await turn(one, method, 1)));
        // what is short at first is longer than it will be once its code is compiled in full
        const warm = warmUps(cold, repetitions, most);
        const once = warm > 1 ? Math.min(cold, ...(await turn(one, method, warm))) : cold;
        const best = Math.min(...tried.filter((t) => t.variant.family === family).map(({ ms }) => ms));
        if (once > hopeless * best) continue;
        const first = once * repetitions > longestMs ? 1 : repetitions;
        const times = [once];
        if (first > 1) for (let k = 0; k < 2; k++) times.push(...(await turn(one, method, first)));
        const ms = Math.min(...times);
        const count = repetitionsOf(ms, first, most);
        tried.push({ variant: { label, family, turn: () => turn(one, method, count) }, ms });
      } catch (error) {
        failures.push({ label, reason: (error as Error).message.split('\n')[0]!.slice(0, 160) });
      }
    }
  }
  const byFamily = [...Map.groupBy(tried, ({ variant }) => variant.family).values()];
  const variants = byFamily.flatMap((all) =>
    all
      .toSorted((a, b) => a.ms - b.ms)
      .slice(0, finalists)
      .map(({ variant }) => variant),
  );
  // Some ways compile once more for another number of steps.
  for (const variant of variants) await variant.turn();
  return { variants, leftOut: failures };
}

/** Repetitions before a way is judged, from the milliseconds of a cold one; `most`: those that the samples are enough for. */
export function warmUps(ms: number, least: number, most: number): number {
  const wanted = Math.min(Math.floor(warming.ms / ms), warming.most);
  return Math.max(1, Math.min(wanted, Math.max(least, most)));
}

/** Repetitions of a turn, from the milliseconds of one: at most those that the samples are enough for. */
export function repetitionsOf(ms: number, least: number, most: number): number {
  if (least === 1) return 1;
  return Math.min(Math.max(least, Math.ceil(leastMs / ms)), Math.max(least, most));
}
