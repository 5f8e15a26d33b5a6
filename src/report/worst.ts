/** Keeps the few entries with the highest score; of equal ones those that came first. */
export class Worst<T extends { readonly score: number }> {
  readonly #most: number;
  readonly #kept: T[] = [];

  constructor(most: number) {
    this.#most = most;
  }

  /** True where an entry with this score would be kept: only then it need be made. */
  wants(score: number): boolean {
    return this.#kept.length < this.#most || score > this.#kept.at(-1)!.score;
  }

  add(entry: T): void {
    if (!this.wants(entry.score)) return;
    const after = this.#kept.findIndex(({ score }) => score < entry.score);
    this.#kept.splice(after < 0 ? this.#kept.length : after, 0, entry);
    if (this.#kept.length > this.#most) this.#kept.pop();
  }

  /** Highest first. */
  get entries(): readonly T[] {
    return this.#kept;
  }
}
