import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { InvalidArgumentError } from '../errors/index.ts';
import { currentHost, type Host } from './host.ts';
import { configure, runtimeInfo, runtimeOptions } from './settings.ts';

const features = { simd: true, threads: true };

function hostWith(parallelism: number, sharesMemory: boolean): Host {
  return { ...currentHost(), revectorizes: false, parallelism, sharesMemory };
}

test('threads are those of the machine, up to 16, or as many as were asked for', () => {
  expect(runtimeInfo(hostWith(4, true), features).threads).toBe(4);
  expect(runtimeInfo(hostWith(128, true), features).threads).toBe(16);
  configure({ threads: 20 });
  configure({ workerUrl: undefined });
  expect(runtimeOptions()).toEqual({ threads: 20 });
  expect(runtimeInfo(hostWith(4, true), features).threads).toBe(20);
});

test('one thread where memory is not shared, cannot be shared or may not be shared', () => {
  configure({ threads: 3 });
  expect(runtimeInfo(hostWith(4, false), features)).toMatchObject({ threads: 1, sharedMemory: false });
  expect(runtimeInfo(hostWith(4, true), { simd: true, threads: false })).toMatchObject({
    threads: 1,
    sharedMemory: false,
  });
  configure({ sharedMemory: false });
  expect(runtimeInfo(hostWith(4, true), features)).toMatchObject({ threads: 1, sharedMemory: false });
  configure({ sharedMemory: true });
  expect(runtimeInfo(hostWith(4, true), features)).toMatchObject({ threads: 3, sharedMemory: true });
});

test('values that an option cannot have are refused and change nothing', () => {
  const before = runtimeOptions();
  expect(() => configure({ threads: 0 })).toThrow(
    'Invalid value for threads in configure. Expected an integer from 1 to 64. Received: 0.',
  );
  for (const bad of [
    { threads: 1.5 },
    { revectorize: 1 },
    { oversubscribe: 2 },
    { sharedMemory: 'no' },
    { workerUrl: 5 },
    { workerUrl: '' },
    null,
  ])
    expect(() => configure(bad as never)).toThrow(InvalidArgumentError);
  expect(() => configure({ thread: 2 } as never)).toThrow('Did you mean "threads"?');
  expect(runtimeOptions()).toBe(before);
});

/** What a Node of its own says, which `flags` started. */
function inNode(flags: string[], body: string): unknown {
  const script = `import { configure, runtimeInfo } from '${new URL('./index.ts', import.meta.url)}';
    const states = [runtimeInfo().revectorize]; ${body}
    console.log(JSON.stringify(states));`;
  const { stdout, stderr } = spawnSync(process.execPath, [...flags, '--input-type=module', '--eval', script]);
  expect(String(stderr)).toBe('');
  return JSON.parse(String(stdout));
}

const canRevectorize = process.arch === 'x64' && Number(process.versions.node.split('.')[0]) >= 24;

test.runIf(canRevectorize)('revectorize is switched, and read from the command line', () => {
  const toggle = [true, false, true]
    .map((on) => `configure({ revectorize: ${on} }); states.push(runtimeInfo().revectorize);`)
    .join('');
  expect(inNode([], toggle)).toEqual([false, true, false, true]);
  expect(inNode(['--experimental-wasm-revectorize'], toggle)).toEqual([true, true, false, true]);
});

test('the host of a machine without the flag leaves it alone', () => {
  const script = `Object.defineProperty(process, 'arch', { value: 'arm64' });`;
  expect(
    inNode([], `${script} configure({ revectorize: true }); states.push(runtimeInfo().revectorize);`),
  ).toEqual([false, false]);
});
