import { pick, type RandomSource } from './random.ts';

type Container = Record<string, unknown> | unknown[];

const numbers = [0, -1, 1, 2, 3, 0.5, 255, 1024, 65_536, 2 ** 31 - 1, 2 ** 31, 2 ** 32, 2 ** 53, 1e300, -1e9];
const texts = [
  '',
  '../../etc/passwd',
  '/',
  'a\\b',
  '__proto__',
  'constructor',
  'toString',
  'Lambda',
  'Custom>Layer',
  'None',
  'same',
  'valid',
  'causal',
  'relu',
  'linear',
  '\u0000',
  '1e999',
  'x'.repeat(5000),
];
const keys = [
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'units',
  'name',
  'dtype',
  'layers',
  'shape',
  '',
];
const marker = '\u0002nest';

/** JSON whose values, keys or depth were changed; rarely no JSON any more. */
export function mutateJson(text: string, random: RandomSource): string {
  const root = JSON.parse(text) as unknown;
  if (typeof root !== 'object' || root === null) return text;
  let nested = '';
  for (let count = 1 + random(3); count > 0; count--) {
    const places: { in: Container; key: string | number }[] = [];
    collect(root as Container, places);
    if (places.length === 0) break;
    const place = pick(places, random);
    const holder = place.in as Record<string | number, unknown>;
    const kind = random(11);
    if (kind < 3) holder[place.key] = changed(holder[place.key], random);
    else if (kind === 3) holder[place.key] = pick(numbers, random);
    else if (kind === 4) holder[place.key] = pick(texts, random);
    else if (kind === 5) holder[place.key] = pick([null, true, false, [], {}, [[]], [0], { a: 1 }], random);
    else if (kind === 6) remove(place.in, place.key);
    else if (kind === 7) addKey(place.in, holder[place.key], random);
    else if (kind === 8) {
      const from = pick(places, random);
      holder[place.key] = structuredClone((from.in as Record<string | number, unknown>)[from.key]);
    } else if (kind === 9 && Array.isArray(place.in)) {
      const copies = Array.from({ length: pick([1, 2, 10, 300], random) }, () => place.in);
      place.in.push(...(structuredClone(copies).flat() as unknown[]).slice(0, 3000));
    } else if (random(4) === 0) {
      holder[place.key] = marker;
      const depth = pick([20, 70, 1000, 50_000], random);
      nested = random(2)
        ? '['.repeat(depth) + ']'.repeat(depth)
        : `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`;
    }
  }
  const changedText = JSON.stringify(root).replaceAll(JSON.stringify(marker), () => nested || '[]');
  if (random(25) > 0 || changedText === '') return changedText;
  const at = random(changedText.length);
  return (
    changedText.slice(0, at) +
    pick(['', ',', '{', ']', '"', 'NaN', '1e999', '\u2028'], random) +
    changedText.slice(at + random(3))
  );
}

function collect(value: Container, places: { in: Container; key: string | number }[]): void {
  for (const [key, item] of Object.entries(value)) {
    places.push({ in: value, key: Array.isArray(value) ? Number(key) : key });
    if (typeof item === 'object' && item !== null && places.length < 5000) collect(item as Container, places);
  }
}

/** A value of the same type. */
function changed(value: unknown, random: RandomSource): unknown {
  if (typeof value === 'number')
    return pick(
      [value + 1, value - 1, -value, value * 2, value / 3, value * 1e6, pick(numbers, random)],
      random,
    );
  if (typeof value === 'string')
    return random(2) ? pick(texts, random) : value.slice(random(value.length + 1));
  if (typeof value === 'boolean') return !value;
  if (Array.isArray(value)) return random(2) ? value.slice(random(value.length + 1)) : [...value, ...value];
  return value;
}

function remove(container: Container, key: string | number): void {
  if (Array.isArray(container)) container.splice(Number(key), 1);
  else delete container[key];
}

/** An own property, `__proto__` too. */
function addKey(container: Container, value: unknown, random: RandomSource): void {
  if (Array.isArray(container)) container.push(structuredClone(value));
  else {
    const item = random(2) ? structuredClone(value) : { units: 3, name: 'x', shape: [1e9] };
    Object.defineProperty(container, pick(keys, random), {
      value: item,
      enumerable: true,
      configurable: true,
      writable: true,
    });
  }
}
