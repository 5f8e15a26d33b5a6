import { InvalidArgumentError, type Place } from '../../errors/index.ts';
import type { Rule } from '../../nn/options.ts';

/** How often checkpoints are written. */
export type SaveFrequency =
  | { readonly every: 'epoch' }
  | { readonly every: 'steps'; readonly count: number }
  | { readonly every: 'seconds'; readonly count: number };

/** As it is written: `epoch`, a number of steps, `500steps` or `30s`. */
export type FrequencyLike = 'epoch' | number | `${number}steps` | `${number}s`;

const expected = '"epoch", a number of steps such as "500steps", or of seconds such as "30s"';

/** @throws {InvalidArgumentError} */
export function readFrequency(value: unknown, argument: string, place: Place): SaveFrequency {
  if (value === 'epoch') return { every: 'epoch' };
  const text = typeof value === 'number' ? `${value}steps` : value;
  const found = typeof text === 'string' ? /^(\d+(?:\.\d+)?) ?(steps?|s|min)$/.exec(text) : null;
  const count = Number(found?.[1]);
  const seconds = found?.[2] === 's' || found?.[2] === 'min';
  if (found && count > 0 && (seconds || Number.isSafeInteger(count))) {
    if (!seconds) return { every: 'steps', count };
    return { every: 'seconds', count: found[2] === 'min' ? 60 * count : count };
  }
  throw new InvalidArgumentError({ ...place, argument, expected, received: value });
}

/** Default `epoch`. */
export const frequencyRule: Rule<SaveFrequency> = {
  fallback: () => ({ every: 'epoch' }),
  read: readFrequency,
  write: (value) => value,
};

/** Tells after each step whether a checkpoint is due. */
export class Due {
  readonly #frequency: SaveFrequency;
  readonly #now: () => number;
  #last: number;

  /** @param now milliseconds on a clock that only goes on */
  constructor(frequency: SaveFrequency, now: () => number = () => performance.now()) {
    this.#frequency = frequency;
    this.#now = now;
    this.#last = now();
  }

  /** @param step counted from 0 over the whole training: a resumed one saves at the same steps */
  afterStep(step: number): boolean {
    const { every } = this.#frequency;
    if (every === 'epoch') return false;
    const { count } = this.#frequency;
    if (every === 'steps') return (step + 1) % count === 0;
    if (this.#now() - this.#last < 1000 * count) return false;
    this.#last = this.#now();
    return true;
  }
}
