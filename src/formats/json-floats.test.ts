import { expect, test } from 'vitest';
import { asFloats, stringifyFloats } from './json-floats.ts';

test('whole numbers become floats of Python, counts stay', () => {
  const config = {
    learning_rate: 1,
    momentum: 0,
    beta: -2,
    rho: 0.5,
    decay_steps: 7,
    num_classes: 2,
    k: 5,
    axis: -1,
    boundaries: [1],
    values: [1, 2],
  };
  expect(stringifyFloats({ config: asFloats(config), units: 3 })).toBe(
    '{"config":{"learning_rate":1.0,"momentum":0.0,"beta":-2.0,"rho":0.5,"decay_steps":7,"num_classes":2,"k":5,"axis":-1,"boundaries":[1],"values":[1.0,2.0]},"units":3}',
  );
  expect(stringifyFloats(asFloats({ clipnorm: null, centered: false, name: '\u0001float:x' }))).toBe(
    '{"clipnorm":null,"centered":false,"name":"\\u0001float:x"}',
  );
});
