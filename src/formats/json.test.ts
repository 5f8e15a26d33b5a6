import { expect, test } from 'vitest';
import { FormatError } from '../errors/index.ts';
import { parseJson } from './json.ts';

const refused = (text: string | Uint8Array, message: string): void => {
  expect(() => parseJson(text, 'a.json')).toThrow(FormatError);
  expect(() => parseJson(text, 'a.json')).toThrow(message);
};

test('an object, from text or bytes', () => {
  expect(parseJson('{"a":[1,{"b":"[[[["}]}', 'a')).toEqual({ a: [1, { b: '[[[[' }] });
  expect(parseJson(new TextEncoder().encode('{"é":"\\""}'), 'a')).toEqual({ é: '"' });
});

test('what is no object in UTF-8', () => {
  refused('', 'not valid JSON');
  refused('{"a":1,}', 'not valid JSON');
  refused(Uint8Array.of(0x7b, 0xff, 0x7d), 'not valid JSON in UTF-8');
  for (const text of ['3', 'null', '[]', '"a"']) refused(text, 'no JSON object');
});

test('depth is limited before it is parsed, outside of strings', () => {
  const nested = (depth: number): string => `{"a":${'['.repeat(depth)}${']'.repeat(depth)}}`;
  expect(parseJson(nested(63), 'a')).toHaveProperty('a');
  refused(nested(64), 'more than 64 deep');
  refused(nested(1_000_000), 'more than 64 deep');
  expect(parseJson(`{"a":"\\"${'['.repeat(100)}"}`, 'a')).toHaveProperty('a');
});

test('values and the length of keys are limited', () => {
  refused(`{"a":[${'0,'.repeat(2 ** 20)}0]}`, 'more than 1048576 values');
  refused(`{"${'k'.repeat(5000)}":1}`, 'a key of 5000 characters');
});

test('the key __proto__ is refused at any depth, unless its reader keeps keys in a map', () => {
  refused('{"a":{"__proto__":{"units":3}}}', '"__proto__"');
  expect(Object.keys(parseJson('{"__proto__":{"units":3}}', 'a', { anyKeys: true }))).toEqual(['__proto__']);
});
