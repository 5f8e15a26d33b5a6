import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { operations, opsPage, outputsOf, pagePath } from '../../scripts/ops-page.ts';

const all = operations();

describe('the example of an operation gives what it says', () => {
  test('there are many', () => expect(all.length).toBeGreaterThan(80));

  test.each(all)('$name', ({ name, example }) => {
    expect(example, 'the docstring has an `@example`').toContain(`ops.${name}(`);
    const { stated, found } = outputsOf(example);
    expect(found).toBe(stated);
  });
});

test('docs/ops.md says what the docstrings say (npm run format writes it)', () => {
  expect(readFileSync(pagePath, 'utf8')).toBe(opsPage());
});
