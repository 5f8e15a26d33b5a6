import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { gradients } from '../graph/differentiate.ts';
import { type Graph, input, variable } from '../graph/node.ts';
import * as ops from '../ops/index.ts';
import { createSession } from './create-session.ts';
import { debugSubjects, wantedSubjects } from './debug.ts';

describe('the list of subjects', () => {
  test('may be empty, and takes spaces', () => {
    expect(wantedSubjects('')).toEqual(new Set());
    expect(wantedSubjects(' plan, loops ,')).toEqual(new Set(['plan', 'loops']));
    expect(wantedSubjects('1,plan')).toEqual(new Set(['plan']));
  });

  test('comes from the environment', () => {
    vi.stubEnv('ATROUS_DEBUG', 'wat');
    expect(wantedSubjects()).toEqual(new Set(['wat']));
    vi.unstubAllEnvs();
  });

  test('is empty where the environment may not be read, as in Deno', () => {
    const env = {
      get ATROUS_DEBUG(): string {
        throw new Error('Requires env access');
      },
    };
    vi.stubGlobal('process', { ...process, env });
    expect(wantedSubjects()).toEqual(new Set());
    vi.unstubAllGlobals();
  });

  test('holds no other name', () =>
    expect(() => wantedSubjects('plan,loop')).toThrow(
      /ATROUS_DEBUG.*graph, plan, loops, wat.*"loop".*loops/s,
    ));
});

function training(): Graph {
  const x = input('x', { dtype: 'u8', shape: [8, 8, 1], batched: true });
  const [kernel, bias] = [variable('kernel', [3, 3, 1, 4]), variable('bias', [4])];
  const spatial = ops.convolution(ops.rescale(x, { scale: 1 / 255 }), kernel, {
    dilation: 2,
    padding: 'same',
  });
  const loss = ops.reduceMean(ops.maxPool(ops.relu(ops.biasAdd(spatial, bias))));
  const slopes = gradients(loss, [kernel]);
  const value = ops.subtract(kernel, slopes.get(kernel)!);
  return { outputs: { loss }, assignments: [{ variable: kernel, value }], guard: 'loss' };
}

describe('a program that is compiled', () => {
  const printed: string[] = [];
  beforeEach(() => {
    printed.length = 0;
    vi.spyOn(console, 'error').mockImplementation((text: string) => {
      printed.push(text);
    });
  });
  afterEach(() => {
    vi.unstubAllEnvs();
    vi.restoreAllMocks();
  });

  const compile = async (subjects: string): Promise<string> => {
    vi.stubEnv('ATROUS_DEBUG', subjects);
    const session = createSession({ threads: 1 });
    await session.compile(training(), { maxBatch: 4 });
    session.dispose();
    return printed.join('\n');
  };

  test('prints nothing unasked', async () => expect(await compile('')).toBe(''));

  test('prints its graph: nodes, definitions, outputs and assignments', async () => {
    const text = await compile('graph');
    expect(text).toMatch(/^== program of loss, kernel; batches up to 4: graph$/m);
    expect(text).toMatch(/^%\d+ input x: u8\[8, 8, 1\] a sample$/m);
    expect(text).toMatch(/^%\d+ variable kernel: f32\[3, 3, 1, 4\]$/m);
    expect(text).toMatch(/sum\[.*\]\(.*%\d+\[.*2\*.*\].*\(i0:8 /);
    expect(text).toMatch(/^output loss = %\d+, must be finite$/m);
    expect(text).toMatch(/^assign %\d+ kernel = %\d+$/m);
    expect(text).not.toContain(': plan');
  });

  test('prints its plan: kernels, levels and places', async () => {
    const text = await compile('plan');
    expect(text).toMatch(/^kernel 0 /m);
    expect(text).toMatch(/^level 0$/m);
    expect(text).toMatch(/^\s+(samples|microBatch): k\d+\(.*slot\+\d+/m);
    expect(text).toMatch(/border join \d+ bytes; k\d+\(absolute\+\d+/);
  });

  test('prints its loop nests: lanes, tiles, stores', async () => {
    const text = await compile('loops');
    expect(text).toMatch(/^kernel .*: vector along i\d/m);
    expect(text).toMatch(/for i\d in \d+/);
    expect(text).toMatch(/write out .*i\d:\d/);
  });

  test('prints its instructions under the names of its functions', async () => {
    const text = await compile('wat');
    expect(text).toMatch(/: wat, \d+ functions in \d+ bytes$/m);
    expect(text).toMatch(/^\(func \d+ ;; phase0$/m);
    expect(text).toMatch(/^\s+f32x4\.mul$/m);
    expect(text).not.toMatch(/;; $/m);
  });

  test('prints all of them, in the order in which they are made', async () => {
    const text = await compile(debugSubjects.toReversed().join());
    const places = debugSubjects.map((subject) => text.search(new RegExp(`^== .*: ${subject}`, 'm')));
    expect(places.every((place) => place >= 0)).toBe(true);
    expect(places).toEqual([...places].sort((a, b) => a - b));
  });

  test('is not compiled for a subject that does not exist', async () => {
    await expect(compile('everything')).rejects.toThrow(/ATROUS_DEBUG/);
  });
});
