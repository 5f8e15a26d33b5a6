import { afterEach, expect, test, vi } from 'vitest';
import { currentHost } from './host.ts';
import { nodeHost } from './node-host.ts';
import { webHost } from './web-host.ts';

afterEach(() => {
  vi.unstubAllGlobals();
});

test('in Node the host is Node', () => {
  expect(currentHost()).toMatchObject({ name: 'node', sharesMemory: true });
  expect(currentHost().parallelism).toBeGreaterThan(0);
});

test('a page is not Node, whatever it has under the name of process', () => {
  const page = (process: unknown): void => {
    vi.stubGlobal('process', process);
    expect(nodeHost()).toBeUndefined();
  };
  const { process } = globalThis;
  page(undefined);
  page({ env: {} });
  page({ versions: {}, browser: true });
  page({ versions: { node: '20.0.0' } });
  vi.stubGlobal('document', {});
  vi.stubGlobal('Worker', class {});
  page(process);
});

test('a page shares memory when it is isolated and has workers', () => {
  expect(webHost().sharesMemory).toBe(false);
  vi.stubGlobal('crossOriginIsolated', true);
  expect(webHost().sharesMemory).toBe(false);
  vi.stubGlobal('Worker', class {});
  vi.stubGlobal('navigator', { hardwareConcurrency: 6 });
  expect(webHost()).toMatchObject({ name: 'web', sharesMemory: true, parallelism: 6, revectorizes: false });
  vi.stubGlobal('crossOriginIsolated', false);
  vi.stubGlobal('navigator', undefined);
  expect(webHost()).toMatchObject({ sharesMemory: false, parallelism: 1 });
});

test('Bun, which tells of a V8 that it does not have, has no wider vectors', () => {
  const versions = { ...process.versions, node: '26.3.0', bun: '1.4.5' };
  const { getBuiltinModule } = process;
  vi.stubGlobal('process', { versions, arch: 'x64', getBuiltinModule });
  expect(nodeHost()?.revectorizes).toBe(false);
  expect(nodeHost()?.revectorize(true)).toBe(false);
});
