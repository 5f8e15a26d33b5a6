/**
 * Whether a version of Node is inside an `engines` range, for the forms that packages use:
 * alternatives by `||`, each of comparators `>=`, `>`, `<=`, `<`, `^`, `~`, `=` or a bare version, `*`.
 */
export function satisfies(version: string, range: string): boolean {
  return range.split('||').some((part) => {
    const comparators = part
      .trim()
      .replace(/([<>=^~]+)\s+/g, '$1')
      .split(/\s+/)
      .filter(Boolean);
    return comparators.every((comparator) => matches(numbers(version), comparator));
  });
}

type Version = [major: number, minor: number, patch: number];

function numbers(text: string): Version {
  const [major = 0, minor = 0, patch = 0] = text
    .replace(/^v/, '')
    .split('.')
    .map((n) => Number.parseInt(n, 10) || 0);
  return [major, minor, patch];
}

function compare(a: Version, b: Version): number {
  for (const i of [0, 1, 2]) if (a[i] !== b[i]) return a[i]! - b[i]!;
  return 0;
}

function matches(version: Version, comparator: string): boolean {
  const [, operator = '', text = ''] = /^([<>=^~]*)(.*)$/.exec(comparator)!;
  if (text === '*' || text === '') return true;
  const bound = numbers(text);
  const order = compare(version, bound);
  const given = text
    .replace(/^v/, '')
    .split('.')
    .filter((n) => /^\d+$/.test(n)).length;
  switch (operator) {
    case '>=':
      return order >= 0;
    case '>':
      return order > 0;
    case '<=':
      return order <= 0;
    case '<':
      return order < 0;
    case '^':
      return order >= 0 && version[0] === bound[0];
    case '~':
      return order >= 0 && version[0] === bound[0] && (given < 2 || version[1] === bound[1]);
    case '':
    case '=':
      return bound.slice(0, given).every((n, i) => n === version[i]);
    default:
      throw new Error(`Unknown operator "${operator}" in an engines range`);
  }
}
