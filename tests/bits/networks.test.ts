import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, test } from 'vitest';
import { createInterpreterSession } from '../../src/engine/index.ts';
import { runScript } from './processes.ts';
import { tableNetworks } from './table-networks.ts';
import { results, type TrainingReport, trainNetwork } from './train-network.ts';

const names = Object.keys(tableNetworks);

/** Trains all networks of the bench's table in a process of their own. 0 threads: one, without shared memory. */
async function trainAll(threads: number, revectorize: boolean, node?: string): Promise<TrainingReport[]> {
  const reports: TrainingReport[] = [];
  const take = (line: string): void => {
    reports.push(JSON.parse(line) as TrainingReport);
  };
  const end = await runScript('train-networks.ts', [String(threads), ...names], revectorize, take, node);
  expect(end).toBeUndefined();
  return reports;
}

const modes = process.arch === 'x64' ? [false, true] : [false];

describe(
  'three steps of every network of the bench, the last with a short batch',
  { timeout: 120_000 },
  () => {
    let expected: TrainingReport[];
    beforeAll(async () => {
      expected = await trainAll(1, false);
    });

    test('give finite losses and a state each', () => {
      expect(expected.map(({ network }) => network)).toEqual(names);
      expect(expected.every(({ loss }) => Number.isFinite(loss) && loss > 0)).toBe(true);
      expect(new Set(expected.map(({ state }) => state)).size).toBe(names.length);
      expect(new Set(expected.map(({ predictions }) => predictions)).size).toBe(names.length);
    });

    test.each([0, 1, 2, 3, 5, 8])('have the same bits on %i threads in both modes of V8', async (threads) => {
      const sharing = { threads: Math.max(1, threads), sharedMemory: threads > 0 };
      await Promise.all(
        modes.map(async (revectorize) => {
          const reports = await trainAll(threads, revectorize);
          expect(reports[0]).toMatchObject({ ...sharing, revectorize });
          expect(results(reports)).toEqual(results(expected));
        }),
      );
    });

    const versions: readonly { version: number; runs: [threads: number, revectorize: boolean][] }[] = [
      { version: 22, runs: [[3, false]] },
      { version: 24, runs: modes.map((mode) => [2, mode]) },
    ];
    test.for(versions)('have the same bits in Node $version', async ({ version, runs }, { skip }) => {
      const path = `../../bench/node_modules/node-${version}-linux-x64/bin/node`;
      const node = fileURLToPath(new URL(path, import.meta.url));
      skip(!existsSync(node), 'npm run bench:setup installs it');
      await Promise.all(
        runs.map(async ([threads, revectorize]) => {
          const reports = await trainAll(threads, revectorize, node);
          expect(reports[0]).toMatchObject({ threads, revectorize });
          expect(results(reports)).toEqual(results(expected));
        }),
      );
    });
  },
);

test.each(names)(
  'two steps of %s are those of the float32 interpreter',
  { timeout: 120_000 },
  async (name) => {
    const entry = { ...tableNetworks[name]!, samples: 5, batchSize: 3 };
    const expected = await trainNetwork(entry, createInterpreterSession);
    expect(results([await trainNetwork(entry)])).toEqual(results([expected]));
  },
);
