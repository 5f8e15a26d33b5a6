import { expect, test } from 'vitest';
import { Arena } from './arena.ts';
import { SessionMemory } from './session-memory.ts';

test('programs share what they reserve, each from the front', () => {
  const memory = new SessionMemory(false);
  const arena = new Arena(memory);
  const first = arena.open();
  const [a, b] = [first.reserve(1000), first.reserve(100)];
  expect(b).toBe(a + 1024);
  const taken = memory.bytes;
  const second = arena.open();
  // the smallest range that is large enough, and what is left of it
  expect(second.reserve(60)).toBe(b);
  expect(second.reserve(512)).toBe(a);
  expect(second.reserve(512)).toBe(a + 512);
  expect(second.reserve(64)).toBe(b + 64);
  expect(memory.bytes).toBe(taken);
  expect(second.reserve(64)).toBe(taken);
  expect(memory.bytes).toBe(taken + 64);
});

test('tells the ranges of a program, neighbours joined', () => {
  const memory = new SessionMemory(false);
  const arena = new Arena(memory);
  const first = arena.open();
  const a = first.reserve(256);
  first.reserve(64);
  expect(first.ranges).toEqual([{ address: a, bytes: 320 }]);
  memory.reserve(64);
  const second = arena.open();
  second.reserve(128);
  const far = second.reserve(640);
  expect(second.ranges).toEqual([
    { address: a, bytes: 128 },
    { address: far, bytes: 640 },
  ]);
});

test('a step is dirty where another program ran since the last one', () => {
  const arena = new Arena(new SessionMemory(false));
  expect([3, 3, 4, 4, 3].map((program) => arena.dirties(program))).toEqual([false, false, true, false, true]);
});
