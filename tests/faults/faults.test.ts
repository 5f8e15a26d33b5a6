import { afterAll, beforeAll, expect, test } from 'vitest';
import { randomNumbers, runChain } from './chain.ts';
import { type Fault, Trial } from './trial.ts';

let trial: Trial;
let wanted: Record<string, unknown>;

beforeAll(async () => {
  trial = new Trial({ trainImages: 120, batchSize: 8, epochs: 2 }, false);
  const { code, stderr } = await trial.run('whole', { kind: 'none' });
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  wanted = await trial.result('whole');
});
afterAll(() => trial?.remove());

/** Ends a process so, then lets the training end. */
async function after(name: string, ...faults: readonly Fault[]): Promise<Record<string, unknown>> {
  for (const fault of faults) {
    const { signal, code } = await trial.run(name, fault);
    expect([signal === 'SIGKILL', code === 1]).toContain(true);
  }
  const { code, stderr } = await trial.run(name, { kind: 'none' });
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return trial.result(name);
}

test('killed in the middle of checkpoints and between them, a training ends with the same bits', async () => {
  const faults: Fault[] = [
    { kind: 'call', at: 'write:2' },
    { kind: 'call', at: 'rename:5' },
    { kind: 'call', at: 'rm:1' },
  ];
  expect(await after('calls', ...faults)).toEqual(wanted);
});

test('a disk that fills up ends it with a sentence or costs a checkpoint, and no file is torn', async () => {
  expect(await after('full', { kind: 'full', bytes: 3_500_000 })).toEqual(wanted);
});

test('killed at random moments, too', async () => {
  const seed = Math.floor(Math.random() * 1e6);
  const { result, kills } = await runChain(trial, 'random', randomNumbers(seed), { faults: 3, within: 900 });
  expect({ seed, kills, result }).toEqual({ seed, kills, result: wanted });
});
