import { describe, expect, test } from 'vitest';
import { AtrousError, ShapeError } from '../../src/errors/index.ts';
import { input, type Layer, layers, type Shape } from '../../src/index.ts';
import { TestRandom } from '../../src/ops/test-random.test-support.ts';
import { common, type LayerName, type LayerRow } from './layer-row.ts';
import { layerRows } from './layer-rows.ts';
import { complaints, positional } from './row.ts';

const all = layers as unknown as Readonly<Record<string, (options: object) => Layer>>;
const rows: Readonly<Record<string, LayerRow>> = layerRows as never;

const seed = Math.floor(Math.random() * 2 ** 32);
const random = new TestRandom(seed);
const usual = [undefined, null, [], '3', 3, [3], [2, 2], {}, true, 'same', 0.5, -1];

const apply = (layer: Layer, shapes: readonly Shape[]): unknown =>
  layer.apply(shapes.map((shape) => input({ shape })));

test('there is a row for every layer', () => {
  expect(Object.keys(rows).sort()).toEqual(
    Object.keys(all)
      .filter((name) => name !== 'inputLayer')
      .sort(),
  );
});

describe.each(Object.keys(rows) as LayerName[])('%s', (name) => {
  const { kinds, given, inputs, ranks, impossible = [] } = rows[name]!;
  const make = (options: object): Layer => all[name]!({ name: 'own', ...options });

  test('refuses wrong values of every option and misspelt ones', async () => {
    const call = (options: object) => apply(all[name]!(options), inputs);
    const row = { given: { ...given, name: 'own' }, kinds: { ...kinds, ...common } };
    expect(await complaints({ ...positional('"own"', call, [], row), withOptions: undefined })).toEqual([]);
  });

  test('refuses inputs of another rank', () => {
    const [low, high] = ranks ?? [inputs[0]!.length, inputs[0]!.length];
    for (let rank = 0; rank <= 6; rank++) {
      const shape = new Array<number>(rank).fill(4);
      const run = () =>
        apply(
          make(given),
          inputs.map(() => shape),
        );
      if (rank < low || rank > high) {
        expect(run, `rank ${rank}`).toThrow(ShapeError);
        expect(run).toThrow('"own"');
      } else expectTyped(run);
    }
  });

  test('refuses inputs of another number', () => {
    expect(() => apply(make(given), [])).toThrow('Invalid value for inputs in layer "own"');
    if (inputs.length === 1) expect(() => apply(make(given), [...inputs, ...inputs])).toThrow('"own"');
    for (const wrong of [undefined, null, 3, 'x', {}, [3], () => 0]) {
      expect(() => make(given).apply(wrong as never)).toThrow('Invalid value for inputs in layer "own"');
    }
  });

  test.each(impossible)('refuses the impossible $options $inputs', ({ options, inputs: own, says }) => {
    const run = () => apply(make({ ...given, ...options }), own ?? inputs);
    expect(run).toThrow(AtrousError);
    expect(run).toThrow(says);
    expect(run).toThrow('"own"');
  });

  test('takes several mistakes at once, or refuses them by name', () => {
    const options = [...Object.keys(kinds), ...Object.keys(common).filter((own) => own !== 'name')];
    for (let round = 0; round < 12; round++) {
      const chosen = options.map((own) => [own, random.pick(usual)] as const);
      const wrong = Object.fromEntries(chosen.filter(() => random.uniform() < 0.4));
      expectTyped(
        () => apply(make({ ...given, ...wrong }), inputs),
        `seed ${seed}: ${JSON.stringify(wrong)}`,
      );
    }
  });

  test('takes no other options than an object', () => {
    for (const wrong of [null, 3, 'x', [], () => 0]) {
      expect(() => all[name]!(wrong as never), String(wrong)).toThrow(/Invalid value for options in layer/);
    }
  });
});

function expectTyped(run: () => unknown, words?: string): void {
  try {
    run();
  } catch (error) {
    expect(error, words).toBeInstanceOf(AtrousError);
    expect((error as Error).message, words).toContain('"own"');
  }
}
