import { spawn } from 'node:child_process';
import { expect, test } from 'vitest';

const runtime = new URL('./', import.meta.url).href;

interface Ended {
  readonly code: number | null;
  readonly signal: string | null;
  readonly output: string;
}

/** Runs a module in a Node of its own until it ends; `onOutput` sees what it has printed so far. */
function runNode(
  body: string,
  onOutput: (output: string, kill: (signal: NodeJS.Signals) => void) => void = () => {},
): Promise<Ended> {
  const script = `
    import { createPool, endIdleWorkers, slotWord } from '${runtime}index.ts';
    import * as support from '${runtime}runtime.test-support.ts';
    const memory = support.memoryOf(2, true);
    const pool = await createPool({ threads: 2, memory });
    const module = await support.moduleFromText(support.countText + support.waitText + support.endlessText, true);
    await pool.addProgram(0, module, [{ entry: 'count', items: 4 }]);
    await pool.addProgram(1, module, [{ entry: 'endless', items: 4 }]);
    await pool.addProgram(2, module, [{ entry: 'wait', items: 4 }]);
    const words = new Int32Array(memory.buffer, 1024, 32);
    const post = (program) => { words[slotWord.program] = program; return pool.post(1024); };
    process.on('exit', () => console.log('exit'));
    ${body}`;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', script], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  const read = (chunk: Buffer): void => {
    output += chunk;
    onOutput(output, (signal) => child.kill(signal));
  };
  child.stdout.on('data', read);
  child.stderr.on('data', read);
  return new Promise((resolve) => child.on('close', (code, signal) => resolve({ code, signal, output })));
}

test('an idle pool does not keep the process alive', async () => {
  expect(await runNode(`await post(0); console.log(words[16]);`)).toEqual({
    code: 0,
    signal: null,
    output: '1\nexit\n',
  });
});

test('a pending job keeps the process alive', async () => {
  const body = `
    void post(2).then(() => console.log('done'));
    process.once('beforeExit', () => console.log('the process would have ended'));
    setTimeout(() => Atomics.store(words, 16, 1), 300).unref();`;
  const ended = await runNode(body);
  expect(ended.output).toMatch(/^done\n/);
  expect(ended.code).toBe(0);
});

test('the process can exit while workers are busy', async () => {
  expect(
    await runNode(`void post(1).catch(() => {}); console.log('busy'); setImmediate(() => process.exit(7));`),
  ).toEqual({
    code: 7,
    signal: null,
    output: 'busy\nexit\n',
  });
});

test('an error that nobody catches ends a busy process', async () => {
  const ended = await runNode(
    `void post(1); setImmediate(() => { throw new Error('nobody catches this'); });`,
  );
  expect(ended.code).toBe(1);
  expect(ended.output).toContain('nobody catches this');
});

test('a signal ends a busy process', async () => {
  const ended = await runNode(`void post(1); console.log('busy');`, (output, kill) => {
    if (output.includes('busy')) kill('SIGTERM');
  });
  expect(ended.signal).toBe('SIGTERM');
});

test('workers end with endIdleWorkers after dispose, busy or not', async () => {
  const body = `
    void post(1).catch((error) => console.log(error.message));
    pool.dispose();
    await endIdleWorkers();
    console.log('ended');`;
  expect(await runNode(body)).toEqual({
    code: 0,
    signal: null,
    output: 'The session was disposed.\nended\nexit\n',
  });
});

test('after dispose the process ends by itself', async () => {
  expect(await runNode(`await post(0); pool.dispose();`)).toEqual({
    code: 0,
    signal: null,
    output: 'exit\n',
  });
});
