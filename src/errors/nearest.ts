/**
 * The name that a person most likely meant, or undefined where none is near: the same but for case and underscores,
 * the only one that begins so, or the one at the smallest edit distance (at most a third of the longer word).
 */
export function nearest(word: string, names: readonly string[]): string | undefined {
  const plain = fold(word);
  if (plain === '') return undefined;
  const same = names.find((name) => fold(name) === plain);
  if (same !== undefined) return same;
  let best: string | undefined;
  let bestDistance = Number.POSITIVE_INFINITY;
  for (const name of names) {
    const distance = editDistance(plain, fold(name));
    if (distance < bestDistance && distance <= Math.max(word.length, name.length) / 3) {
      best = name;
      bestDistance = distance;
    }
  }
  if (best !== undefined) return best;
  const longer = names.filter((name) => plain.length >= 3 && fold(name).startsWith(plain));
  return longer.length === 1 ? longer[0] : undefined;
}

const fold = (name: string): string => name.toLowerCase().replace(/[-_\s]/g, '');

/** Optimal string alignment: insertions, deletions, replacements and swaps of neighbours count one each. */
function editDistance(a: string, b: string): number {
  let before: number[] = [];
  let above = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const equal = a[i - 1] === b[j - 1];
      row[j] = Math.min(above[j]! + 1, row[j - 1]! + 1, above[j - 1]! + (equal ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        row[j] = Math.min(row[j]!, before[j - 2]! + 1);
    }
    before = above;
    above = row;
  }
  return above[b.length]!;
}
