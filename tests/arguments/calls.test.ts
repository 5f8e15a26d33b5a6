import { describe, expect, test } from 'vitest';
import * as atrous from '../../src/index.ts';
import { activationRows } from './activation-rows.ts';
import { analysisRows, blockRows, lookupRows, otherCallbackRows, ruleRows } from './namespace-rows.ts';
import { opsRows } from './ops-rows.ts';
import { rootRows } from './root-rows.ts';
import { complaints, type Row } from './row.ts';

type Rows = Readonly<Record<string, Row>>;
const isNamespace = (value: unknown): boolean =>
  typeof value === 'object' || (value as { readonly prototype?: unknown }).prototype instanceof Error;
const root = Object.entries(atrous).filter(([, value]) => !isNamespace(value));

/** What is in each namespace or group, and the rows. */
const groups: readonly (readonly [string, readonly string[], Rows])[] = [
  [
    'activations',
    Object.keys(atrous.activations),
    { ...activationRows, getActivation: lookupRows['activations.getActivation']! },
  ],
  ['analysis', Object.keys(atrous.analysis), analysisRows],
  ['blocks', Object.keys(atrous.blocks), blockRows],
  ['functions without a namespace', root.map(([name]) => name), rootRows],
  ['functions that find something by name', Object.keys(lookupRows), lookupRows],
  ['callbacks without options', Object.keys(otherCallbackRows), otherCallbackRows],
  ['ops', Object.keys(atrous.ops), opsRows],
  ['rules', Object.keys(ruleRows), ruleRows],
];

describe.each(groups)('%s', (_, names, rows) => {
  test('there is a row for every function', () => {
    expect(Object.keys(rows).sort()).toEqual([...names].sort());
  });

  test.each(Object.keys(rows))('%s', async (name) => {
    expect(await complaints(rows[name]!)).toEqual([]);
  });
});

test('activations without options refuse options', () => {
  const all = atrous.activations as unknown as Readonly<
    Record<string, (x: unknown, options: object) => unknown>
  >;
  for (const [name, { kinds, given }] of Object.entries(activationRows)) {
    if (Object.keys(kinds).length > 1) continue;
    const place = `Unknown option "axis" in activations.${name}`;
    expect(() => all[name]!(given.x, { axis: 1 }), name).toThrow(place);
  }
});
