import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { apiPage, apiPagePath, apiSections, missing, type Section } from '../../scripts/api-page.ts';

const sections = apiSections();

test('docs/api.md says what is exported (npm run format writes it)', () => {
  expect(readFileSync(apiPagePath, 'utf8')).toBe(apiPage(sections));
  expect(apiPage(sections)).not.toContain(process.cwd());
});

test.each(sections)('$title: docstrings with defaults and errors', (section) => {
  expect(section.members.length).toBeGreaterThan(0);
  expect(missing(section)).toEqual([]);
});

test('what is missing is found', () => {
  const own = {
    name: 'f',
    kind: 'function' as const,
    signatures: ['f(x: number, options?: O): number'],
    file: 'src/f.ts',
    fields: [
      { name: 'x', optional: false, text: '' },
      { name: 'options', optional: true, text: '' },
      { name: 'options.a', optional: true, text: 'What a is.' },
      { name: 'options.b', optional: true, text: 'Default 1.' },
    ],
    returns: '',
    errors: '',
    example: '',
    members: [],
  };
  const of = (...members: Section['members']): string[] => missing({ title: 'atrous', members });
  expect(of({ ...own, text: '' })).toEqual([
    'atrous.f has no docstring',
    'atrous.f: options.a says no default',
    'atrous.f does not say what it throws',
  ]);
  expect(of({ ...own, text: 'Does. Default of a: 2.', errors: '{ShapeError}' })).toEqual([]);
  expect(
    of({ ...own, name: 'C', kind: 'class', text: 'A class.', fields: [], members: [{ ...own, text: '' }] }),
  ).toContain('atrous.C.f has no docstring');
});
