import { expect, test } from 'vitest';
import { runScript } from './processes.ts';

interface Timing {
  readonly milliseconds: number;
  /** The process says that V8 joins pairs of vectors. */
  readonly revectorize: boolean;
}

async function time(revectorize: boolean): Promise<Timing> {
  const lines: string[] = [];
  const end = await runScript('time-kernel.ts', [], revectorize, (line) => lines.push(line));
  expect(end).toBeUndefined();
  return JSON.parse(lines[0]!) as Timing;
}

test.skipIf(process.arch !== 'x64')(
  'the modes of V8 differ: one module is much faster where pairs of vectors are joined',
  { timeout: 120_000 },
  async () => {
    let ratio = 0;
    for (let trial = 0; trial < 4 && ratio < 1.4; trial++) {
      const [plain, joined] = [await time(false), await time(true)];
      expect([plain.revectorize, joined.revectorize]).toEqual([false, true]);
      ratio = Math.max(ratio, plain.milliseconds / joined.milliseconds);
    }
    expect(ratio).toBeGreaterThan(1.4);
  },
);
