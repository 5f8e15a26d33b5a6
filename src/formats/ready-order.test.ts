import { expect, test } from 'vitest';
import { inReadyOrder, type Making } from './ready-order.ts';

const order = (items: readonly Making[], given: string[] = ['x']): { made: string; never?: string } => {
  const made: string[] = [];
  const never = inReadyOrder(items, new Set(given), ({ key }) => made.push(key));
  return { made: made.join(), ...(never && { never: never.key }) };
};
const item = (key: string, ...sources: string[]): Making => ({ key, sources });

test('the first that is ready comes first', () => {
  expect(order([item('a', 'x'), item('b', 'a'), item('c', 'x')]).made).toBe('a,b,c');
  expect(order([item('c', 'b'), item('b', 'a', 'a'), item('a', 'x'), item('d', 'x')]).made).toBe('a,b,c,d');
  expect(order([item('c', 'a', 'b'), item('d', 'x'), item('b', 'x'), item('a', 'd')]).made).toBe('d,b,a,c');
});

test('circles and what is never made', () => {
  expect(order([item('a', 'x'), item('b', 'c'), item('c', 'b')])).toEqual({ made: 'a', never: 'b' });
  expect(order([item('b', 'nothing'), item('a', 'x')])).toEqual({ made: 'a', never: 'b' });
});

test('a key that is made twice', () => {
  expect(order([item('a', 'x'), item('a', 'x'), item('b', 'a')]).made).toBe('a,a,b');
});

test('ten thousand in reverse are quick', () => {
  const count = 10_000;
  const items = Array.from({ length: count }, (_, k) => item(`${count - k}`, `${count - k - 1}`));
  const start = performance.now();
  const { made } = order(items, ['0']);
  expect(made.startsWith('1,2,3')).toBe(true);
  expect(performance.now() - start).toBeLessThan(5000);
});
