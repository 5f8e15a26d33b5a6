import { expect, test } from 'vitest';
import { type Graph, input, type Node, variable } from '../graph/node.ts';
import * as ops from '../ops/index.ts';
import { createInterpreterSession, createSession, type Session } from './index.ts';

const channels = 5;
const samples = 7;
const x = Float32Array.from({ length: samples * 4 * channels }, (_, k) => ((k * 37) % 64) / 8 - 3);

interface Network {
  readonly graph: Graph;
  readonly shifts: readonly Node[];
  readonly others: readonly Node[];
}

/** Two normalisations, the second of what the first gives; its mean serves the update of its shift alone. */
function network(prelude: (shifts: readonly Node[]) => readonly Node[] | undefined): Network {
  const image = input('x', { dtype: 'f32', shape: [4, channels], batched: true });
  const inverseBatch = input('inverseBatch', { dtype: 'f32', shape: [], batched: false });
  const shifts = [variable('shift 1', [channels]), variable('shift 2', [channels])];
  const total = variable('total', [channels]);
  const first = ops.batchNormalization(image, { shift: shifts[0]!, inverseBatch });
  const second = ops.batchNormalization(ops.relu(first.output), { shift: shifts[1]!, inverseBatch });
  return {
    graph: {
      outputs: { y: first.output },
      assignments: [
        { variable: shifts[0]!, value: first.mean },
        { variable: total, value: ops.add(total, second.variance) },
        { variable: shifts[1]!, value: second.mean },
      ],
      prelude: prelude(shifts),
    },
    shifts,
    others: [total],
  };
}

async function valuesAfter(
  session: Session,
  { graph, shifts, others }: Network,
  how: 'prelude' | 'step' | 'both',
): Promise<readonly (readonly number[])[]> {
  const program = await session.compile(graph, { maxBatch: samples });
  const feed = { batchSize: samples, inputs: { x, inverseBatch: Float32Array.of(1 / samples) } };
  // not waited for: they run in the order of the calls
  const runs: Promise<unknown>[] = [];
  if (how !== 'step') runs.push(program.prelude(feed));
  if (how === 'both') await runs[0];
  if (how !== 'prelude') runs.push(program.run(feed));
  await Promise.all(runs);
  const values: number[][] = [];
  for (const node of [...shifts, ...others]) values.push([...(await session.read(node))]);
  session.dispose();
  return values;
}

test.each([
  'prelude',
  'step',
  'both',
] as const)('compiled and interpreted give the same bits: %s', async (how) => {
  const all = network((shifts) => shifts);
  const wanted = await valuesAfter(createInterpreterSession(), all, how);
  expect(await valuesAfter(createSession({ threads: 2 }), all, how)).toEqual(wanted);
  expect(wanted[0]!.some((mean) => mean !== 0)).toBe(true);
});

test('a prelude sets its variables as a step does, and no other', async () => {
  const both = network((shifts) => shifts);
  const alone = await valuesAfter(createSession({ threads: 1 }), both, 'prelude');
  const step = await valuesAfter(createSession({ threads: 1 }), both, 'step');
  expect(alone.slice(0, 2)).toEqual(step.slice(0, 2));
  expect(alone[2]).toEqual(new Array(channels).fill(0));
  expect(step[2]).not.toEqual(alone[2]);
  const first = network(([shift]) => [shift!]);
  const [one, other] = await valuesAfter(createSession({ threads: 1 }), first, 'prelude');
  expect(one).toEqual(alone[0]);
  expect(other).toEqual(new Array(channels).fill(0));
});

test('a graph without a prelude has nothing to do', async () => {
  const none = network(() => undefined);
  for (const session of [createSession({ threads: 1 }), createInterpreterSession()])
    expect((await valuesAfter(session, none, 'prelude')).flat().every((value) => value === 0)).toBe(true);
});
