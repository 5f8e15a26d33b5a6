/** Something that is made from others. */
export interface Making {
  readonly key: string;
  /** Keys of what it is made from. */
  readonly sources: readonly string[];
}

/**
 * Calls `make` for each item once its sources are there, the first in the list that is ready first.
 * @param given keys of what is there from the beginning
 * @returns the first item that could never be made, or undefined
 */
export function inReadyOrder<T extends Making>(
  items: readonly T[],
  given: ReadonlySet<string>,
  make: (item: T) => void,
): T | undefined {
  const missing = items.map(({ sources }) => new Set(sources.filter((key) => !given.has(key))).size);
  const readers = new Map<string, number[]>();
  for (const [k, { sources }] of items.entries()) {
    for (const key of new Set(sources)) {
      const list = readers.get(key);
      if (list) list.push(k);
      else readers.set(key, [k]);
    }
  }
  const made = new Array<boolean>(items.length).fill(false);
  for (let at = 0; at < items.length; ) {
    if (made[at] || missing[at]! > 0) {
      at++;
      continue;
    }
    const item = items[at]!;
    make(item);
    made[at++] = true;
    for (const reader of readers.get(item.key) ?? []) {
      if (!given.has(item.key) && --missing[reader]! === 0) at = Math.min(at, reader);
    }
  }
  return items[made.indexOf(false)];
}
