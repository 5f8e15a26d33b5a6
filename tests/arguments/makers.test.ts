import { describe, expect, test } from 'vitest';
import * as atrous from '../../src/index.ts';
import { lossRows, metricRows } from './objective-rows.ts';
import { complaints, positional, type Row } from './row.ts';
import {
  callbackRows,
  constraintRows,
  initializerRows,
  optimizerRows,
  regularizerRows,
  scheduleRows,
} from './training-rows.ts';

type Make = (options?: unknown) => unknown;
type Rows = Readonly<Record<string, { readonly kinds: object; readonly given?: object }>>;

type Makers = Readonly<Record<string, Make>>;

/** The functions of a namespace that take something else than options have rows in `calls.test.ts`. */
const namespaces: readonly (readonly [name: string, all: object, rows: Rows, others: readonly string[]])[] = [
  ['losses', atrous.losses, lossRows, ['getLoss']],
  ['metrics', atrous.metrics, metricRows, ['getMetric']],
  ['optimizers', atrous.optimizers, optimizerRows, ['getOptimizer']],
  ['schedules', atrous.schedules, scheduleRows, []],
  ['regularizers', atrous.regularizers, regularizerRows, []],
  ['constraints', atrous.constraints, constraintRows, []],
  ['initializers', atrous.initializers, initializerRows, ['getInitializer']],
  ['callbacks', atrous.callbacks, callbackRows, ['History', 'learningRateScheduler', 'terminateOnNaN']],
];

describe.each(namespaces)('%s', (namespace, makers, rows, others) => {
  const all = makers as Makers;

  test('there is a row for every function', () => {
    expect([...Object.keys(rows), ...others].sort()).toEqual(Object.keys(all).sort());
  });

  test.each(Object.keys(rows))('%s', async (name) => {
    const { kinds, given = {} } = rows[name]!;
    const place = `${namespace}.${name}`;
    const make = (options?: unknown): unknown => all[name]!(options);
    const row = { given: given as Readonly<Record<string, unknown>>, kinds: kinds as Row['kinds'] };
    expect(await complaints(positional(place, make, [], row))).toEqual([]);
  });
});
