import { expect, test } from 'vitest';
import { satisfies } from './engines.ts';

test.each([
  ['20.19.0', '^20.19.0 || >=22.12.0', true],
  ['20.18.3', '^20.19.0 || >=22.12.0', false],
  ['21.1.0', '^20.19.0 || >=22.12.0', false],
  ['26.1.0', '^20.19.0 || >=22.12.0', true],
  ['20.19.0', '>= 18', true],
  ['20.19.0', '>=18 <20', false],
  ['20.19.0', '*', true],
  ['20.19.0', '20.x', true],
  ['20.19.0', '22', false],
  ['22.12.3', '~22.12.0', true],
  ['22.13.0', '~22.12.0', false],
  ['20.19.0', '>20.19.0', false],
  ['20.19.0', '<=20.19.0', true],
])('%s in %s is %s', (version, range, inside) => expect(satisfies(version, range)).toBe(inside));
