import { quantile, type Spread, spreadOf } from './statistics.ts';

/** One who takes turns at a measurement; a turn gives milliseconds of each repetition. */
export interface Contestant {
  readonly label: string;
  turn(): Promise<readonly number[]>;
}

export interface Outcome extends Spread {
  readonly label: string;
}

/** A contestant that needs longer than this for a turn is left out after its first. */
const longestTurnMs = 20_000;
const pauseMs = 50;
const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, pauseMs));

/**
 * All contestants take a turn each round, another one first each time, so that what disturbs the machine disturbs all
 * alike. A turn counts as its median; the first round warms up and counts for those alone who are too slow to go on.
 */
export async function alternate(
  contestants: readonly Contestant[],
  rounds: number,
  longest: number = longestTurnMs,
): Promise<Outcome[]> {
  const values = contestants.map((): number[] => []);
  const slow = new Set<number>();
  for (let round = 0; round <= rounds; round++) {
    for (let i = 0; i < contestants.length; i++) {
      const at = (i + round) % contestants.length;
      if (slow.has(at)) continue;
      await pause();
      const start = performance.now();
      const ms = quantile(await contestants[at]!.turn(), 0.5);
      if (round === 0 && performance.now() - start > longest) slow.add(at);
      if (round > 0 || slow.has(at)) values[at]!.push(ms);
    }
  }
  return contestants.map(({ label }, i) => ({ label, ...spreadOf(values[i]!) }));
}
