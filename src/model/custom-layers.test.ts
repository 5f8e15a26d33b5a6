import { expect, test } from 'vitest';
import { createInterpreterSession } from '../engine/interpreter-session.ts';
import { modelFromBytes } from './load-model.ts';
import { defineLayer, grad, initializers, lambda, layers, ops, rules, sequential, tensor } from './public.ts';

const engine = { session: createInterpreterSession };
const x = tensor([1, -2, 3, 0.5], [2, 2]);
const y = tensor([1, 2], [2, 1]);

const scale = defineLayer({
  className: 'Scale',
  options: { start: rules.optional(rules.number(), 1) },
  weights: ({ start }, [input]) => [
    { name: 'factor', shape: [input!.at(-1)!], initializer: initializers.constant({ value: start }) },
  ],
  call: (_, [x], scope) => ops.multiply(x!, scope.weight('factor')),
});

test('a layer of your own trains, and goes through a file', async () => {
  const own = sequential([scale({ start: 2, name: 'own' }), layers.dense({ units: 1 })], {
    inputShape: [2],
    engine,
  });
  own.compile({ optimizer: 'sgd', loss: 'meanSquaredError' });
  const [before] = await own.getWeights();
  expect(Array.from(before!.data)).toEqual([2, 2]);
  await own.fit(x, y, { epochs: 1, verbose: 0 });
  expect(Array.from((await own.getWeights())[0]!.data)).not.toEqual([2, 2]);
  const again = await modelFromBytes(await own.toBytes(), 'test', { engine });
  expect(Array.from((await again.predict(x)).data)).toEqual(Array.from((await own.predict(x)).data));
  const exchanged = await modelFromBytes(await own.toBytes('keras'), 'test', { engine });
  expect(Array.from((await exchanged.predict(x)).data)).toEqual(Array.from((await own.predict(x)).data));
  exchanged.dispose();
  expect(() => scale({ start: 'a' })).toThrow('Invalid value for start in layer "scale"');
  own.dispose();
  again.dispose();
});

test('a class that Python has not can be kept out of files for Keras', async () => {
  const local = defineLayer({ className: 'Local', keras: { missing: true }, call: (_, [v]) => v! });
  const own = sequential([local({ name: 'own' })], { inputShape: [2], engine });
  await expect(own.toBytes('keras')).rejects.toThrow(
    'Saving layer "own" for Keras, which has no Local, is not supported',
  );
  own.dispose();
});

test('weights name their initializer, regularizer and constraint', async () => {
  const weighted = defineLayer({
    className: 'Weighted',
    weights: (_, [input]) => [
      { name: 'a', shape: input!, initializer: 'ones', regularizer: 'l2', constraint: 'nonNeg' },
      { name: 'b', shape: input! },
    ],
    call: (_, [v], { weight }) => ops.add(ops.multiply(v!, weight('a')), weight('b')),
  });
  const own = sequential([weighted()], { inputShape: [2], engine });
  own.compile({ optimizer: 'sgd', loss: (_, prediction) => ops.multiply(prediction, 0) });
  const { loss } = await own.evaluate(x, tensor([0, 0, 0, 0], [2, 2]));
  expect(loss).toBeCloseTo(0.01 * 2, 6);
  const [a, b] = await own.getWeights();
  expect(Array.from(a!.data)).toEqual([1, 1]);
  expect(b!.data.every((value) => value !== 0)).toBe(true);
  own.dispose();
  const wrong = defineLayer({
    className: 'Wrong',
    weights: () => [{ name: 'a', shape: [1], initializer: 'zeroes' as never }],
    call: (_, [v]) => v!,
  });
  expect(() => sequential([wrong()], { inputShape: [2] })).toThrow('Did you mean "zeros"?');
});

test('a function is a layer, and may contain a gradient', async () => {
  const slope = grad((v) => ops.reduceSum(ops.multiply(ops.square(v), v)));
  const own = sequential([lambda((v) => slope(v), { name: 'slope' })], { inputShape: [2], engine });
  expect(Array.from((await own.predict(x)).data)).toEqual([3, 12, 27, 0.75]);
  await expect(own.toBytes('keras')).rejects.toThrow('which has no Lambda');
  own.dispose();
});

test('a loss of your own', async () => {
  const own = sequential([layers.dense({ units: 1 })], { inputShape: [2], engine });
  own.compile({ optimizer: 'sgd', loss: (target, prediction) => ops.abs(ops.subtract(target, prediction)) });
  const first = await own.evaluate(x, y);
  const predicted = Array.from((await own.predict(x)).data);
  expect(first.loss).toBeCloseTo((Math.abs(1 - predicted[0]!) + Math.abs(2 - predicted[1]!)) / 2, 6);
  own.dispose();
});

test('what is refused', () => {
  expect(() => defineLayer({ className: 'not a name', options: {}, call: (_, [v]) => v! })).toThrow(
    'className',
  );
  expect(() => defineLayer({ className: 'Empty', options: {} } as never)).toThrow(
    'Invalid value for call in defineLayer',
  );
  expect(() => lambda('x' as never)).toThrow('a function of nodes');
});
