import { expect, test } from 'vitest';
import { createSession } from '../engine/create-session.ts';
import { createInterpreterSession } from '../engine/interpreter-session.ts';
import { input } from '../graph/node.ts';
import { sumOfSquares } from './sum-of-squares.ts';

const { fround } = Math;
const sizes = [
  [3],
  [5, 7],
  [64, 64],
  [4096],
  [90, 100],
  [2],
  [3, 4097],
  [17],
  [5, 8],
  [8, 9, 10],
  [2, 4096],
  [300, 70],
];

/** The order that the bit contract states, in plain loops. */
function inOrder(tensors: readonly Float32Array[]): number {
  const blocks: number[] = [];
  for (const values of tensors) {
    for (let start = 0; start < values.length; start += 4096) {
      const p = new Array<number>(8).fill(0);
      for (let k = start; k < Math.min(start + 4096, values.length); k++) {
        p[(k - start) % 8] = fround(p[(k - start) % 8]! + fround(values[k]! * values[k]!));
      }
      const pair = (a: number, b: number): number => fround(p[a]! + p[b]!);
      blocks.push(fround(fround(pair(0, 4) + pair(2, 6)) + fround(pair(1, 5) + pair(3, 7))));
    }
  }
  let level = blocks;
  while (level.length > 1) {
    level = level.flatMap((a, k) => (k % 2 ? [] : [k + 1 < level.length ? fround(a + level[k + 1]!) : a]));
  }
  return level[0]!;
}

const combinations = [...sizes.map((shape) => [shape]), [sizes[0]!, sizes[1]!], sizes];

test.each(
  combinations.map((chosen) => [chosen.map((s) => s.join('x')).join(), chosen] as const),
)('the sum over %s has the order of the contract', async (_, chosen) => {
  let state = 7;
  const values = chosen.map((shape) =>
    Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => {
      state = (state * 48271) % 2147483647;
      return state / 2 ** 30 - 1;
    }),
  );
  const nodes = chosen.map((shape, k) => input(`t${k}`, { dtype: 'f32', shape, batched: false }));
  const graph = { outputs: { sum: sumOfSquares(nodes) }, assignments: [] };
  const inputs = Object.fromEntries(values.map((data, k) => [`t${k}`, data]));
  const wanted = inOrder(values);
  for (const open of [
    createInterpreterSession,
    () => createSession({ threads: 1 }),
    () => createSession({ threads: 2 }),
  ]) {
    const session = await open();
    const program = await session.compile(graph, { maxBatch: 1 });
    const { sum } = await program.run({ batchSize: 1, inputs });
    expect(sum![0]).toBe(wanted);
    session.dispose();
  }
});
