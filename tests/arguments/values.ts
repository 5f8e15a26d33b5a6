/** What people pass by mistake: wrong types, zero, negative numbers, NaN, arrays of other lengths, ... */
export const mistakes: readonly unknown[] = [
  null,
  true,
  false,
  'no such thing',
  '',
  '3',
  0,
  -0,
  1,
  3,
  -1,
  0.5,
  -1.5,
  99,
  Number.NaN,
  Number.POSITIVE_INFINITY,
  Number.NEGATIVE_INFINITY,
  1e308,
  2 ** 53,
  3n,
  Symbol('3'),
  [],
  [3],
  [0],
  [-1],
  [1.5],
  ['3'],
  [Number.NaN],
  [null],
  [undefined],
  [[]],
  [1, 1],
  [2, 1],
  [0.5, 2],
  [1, 1, 1],
  new Array<number>(9).fill(1),
  {},
  { value: 3 },
  { class_name: 'Nothing', config: {} },
  { className: 'Nothing' },
  { apply: 3 },
  new Date(0),
  new Map(),
  new Float32Array(2),
  () => 0,
];

/** A mistake in words, for the messages of tests. */
export function words(value: unknown): string {
  if (typeof value === 'bigint') return `${value}n`;
  if (typeof value === 'symbol' || typeof value === 'function') return String(value);
  if (typeof value === 'number') return Object.is(value, -0) ? '-0' : String(value);
  if (value instanceof Date || value instanceof Map || ArrayBuffer.isView(value))
    return value.constructor.name;
  return `${JSON.stringify(value)}`;
}
