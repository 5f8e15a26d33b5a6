import { expect, test } from 'vitest';
import { atrousModel } from '../peers/atrous-network.ts';
import { multiplyAddsOf, parametersOf } from './costs.ts';
import { randomNetwork } from './random-network.ts';

const numbers = Array.from({ length: 40 }, (_, number) => number);

test('random networks are models, and their costs those of the models', () => {
  for (const number of numbers) {
    const { network, batch, megaMultiplyAdds } = randomNetwork(1, number);
    const model = atrousModel(network, {});
    const { parameters, multiplyAdds } = model.costs();
    expect([number, parametersOf(network), multiplyAddsOf(network)]).toEqual([
      number,
      parameters,
      multiplyAdds,
    ]);
    expect(batch).toBeGreaterThanOrEqual(16);
    expect(batch).toBeLessThanOrEqual(128);
    expect(megaMultiplyAdds).toBeGreaterThanOrEqual(20);
    expect(megaMultiplyAdds).toBeLessThanOrEqual(2000);
    model.dispose();
  }
});

test('a seed and a number decide a network; together they show all kinds', () => {
  expect(randomNetwork(3, 5)).toEqual(randomNetwork(3, 5));
  expect(randomNetwork(3, 5)).not.toEqual(randomNetwork(3, 6));
  const kinds = new Set(numbers.flatMap((k) => randomNetwork(2, k).network.nodes.map(({ kind }) => kind)));
  for (const kind of [
    'convolution',
    'depthwise',
    'separable',
    'add',
    'concatenate',
    'batchNormalization',
    'flatten',
  ])
    expect(kinds).toContain(kind);
});
