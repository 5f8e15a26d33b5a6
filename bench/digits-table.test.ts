import { expect, test } from 'vitest';
import { tableOfNetworks } from './digits-table.ts';

test('a row a network, with mean and range over its seeds', () => {
  const costs = {
    convolutions: { parameters: 2473, multiplyAdds: 1863568 },
    whole: { parameters: 127923, multiplyAdds: 1989008 },
    largestOther: undefined,
  };
  const runs = [
    { network: 'seed', seed: 0, accuracy: 0.9838, seconds: 30.4, costs },
    { network: 'seed', seed: 1, accuracy: 0.985, seconds: 32, costs },
    { network: 'standard', seed: 0, accuracy: 0.99, seconds: 100, costs },
  ];
  const lines = tableOfNetworks(runs).split('\n');
  expect(lines).toHaveLength(4);
  expect(lines[1]).toBe('| --- | ---: | ---: | ---: | ---: |');
  expect(lines[2]).toBe(
    '| `seed` | 127,923 (2,473) | 1,989,008 (1,863,568) | 98.44 % (98.38 to 98.50) | 31 |',
  );
  expect(lines[3]).toContain('| `standard` |');
});
