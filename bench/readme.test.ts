import { expect, test } from 'vitest';
import { replaceMarked } from './readme.ts';

test('replaces the block below a mark and nothing else', () => {
  const text = 'a\n\n<!-- x -->\nold\nold\n\nb\n';
  expect(replaceMarked(text, 'x', 'new\nnew 2')).toBe('a\n\n<!-- x -->\nnew\nnew 2\n\nb\n');
  expect(replaceMarked('<!-- x -->\nold', 'x', 'new')).toBe('<!-- x -->\nnew');
  expect(() => replaceMarked(text, 'y', '')).toThrow('<!-- y -->');
});
