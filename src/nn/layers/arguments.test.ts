import { describe, expect, test } from 'vitest';
import { AtrousError } from '../../errors/index.ts';
import { TestRandom } from '../../ops/test-random.test-support.ts';
import { sequentialNetwork } from '../network/network.ts';
import * as layers from './index.ts';
import { input } from './input-layer.ts';
import type { Layer, Shape } from './layer.ts';
import { layerSamplers } from './samples.test-support.ts';

type Name = keyof typeof layerSamplers;
const names = Object.keys(layerSamplers) as Name[];
const all = layers as unknown as Readonly<Record<string, (options: object) => Layer>>;
const makers = new Map<Name, (options: object) => Layer>(names.map((name) => [name, all[name]!]));
/** Options whose every value is good for something: a name, what to take, a function of nodes. */
const free = new Set(['name']);
const wrong: readonly unknown[] = [
  -1,
  0.5,
  Number.NaN,
  Number.POSITIVE_INFINITY,
  'no such thing',
  [],
  {},
  true,
  [Number.NaN],
  null,
  () => 0,
];

const apply = (layer: Layer, shapes: readonly Shape[]): unknown =>
  layer.apply(shapes.map((shape) => input({ shape })));

describe.each(names)('%s', (name) => {
  const make = makers.get(name)!;
  const { options, inputs } = layerSamplers[name](new TestRandom(1));
  const layer = make({ ...options, name: 'own' });

  test('takes the sampled options and gives a finite shape', () => {
    expect(() => apply(layer, inputs)).not.toThrow();
  });

  test('refuses an unknown option and suggests the nearest', () => {
    expect(() => make({ ...options, name: 'own', trainabel: true })).toThrow(
      'Unknown option "trainabel" in layer "own". Did you mean "trainable"?',
    );
  });

  test('gives typed errors that name layer and argument for wrong values, or takes them', () => {
    let refusals = 0;
    for (const option of [...Object.keys(layer.options), 'trainable', 'inputShape', 'activityRegularizer']) {
      if (free.has(option)) continue;
      let refused = 0;
      for (const value of wrong) {
        try {
          apply(make({ ...options, name: 'own', [option]: value }), inputs);
        } catch (error) {
          expect(error, `${option} ${String(value)}`).toBeInstanceOf(AtrousError);
          expect((error as Error).message, `${option} ${String(value)}`).toContain('"own"');
          refused++;
        }
      }
      expect(refused, `${option} accepts everything`).toBeGreaterThan(0);
      refusals += refused;
    }
    expect(refusals).toBeGreaterThan(10);
  });

  test('gives typed errors for inputs of wrong number and rank', () => {
    for (const shapes of [[], [...inputs, ...inputs, inputs[0]!], [[]], [[2, 2, 2, 2, 2, 2]]] as Shape[][]) {
      try {
        apply(make({ ...options, name: 'own' }), shapes);
      } catch (error) {
        expect(error).toBeInstanceOf(AtrousError);
        expect((error as Error).message).toContain('"own"');
      }
    }
  });
});

test.each([null, 3, 'x', [1]])('options that are no options: %s', (given) => {
  for (const [name, make] of makers) {
    expect(() => make(given as never), name).toThrow(AtrousError);
  }
  expect(() => sequentialNetwork([{} as never], { inputShape: [1] })).toThrow(AtrousError);
});
