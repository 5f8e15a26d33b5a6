import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { DataError, FileError } from '../errors/index.ts';
import { type Download, download } from './node-download.ts';

const content = Uint8Array.from({ length: 50_000 }, (_, i) => (i * i) >> 3);
type Handler = (request: IncomingMessage, response: ServerResponse) => void;
let handlers: Record<string, Handler>;
let requests: string[];
let server: Server;
let base: string;
let folder: string;

beforeAll(async () => {
  server = createServer((request, response) => {
    const range = request.headers.range;
    requests.push(`${request.url}${range ? ` ${range}` : ''}`);
    handlers[request.url!]!(request, response);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'atrous-download-'));
  requests = [];
  handlers = { '/good': good };
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const from = (request: IncomingMessage): number => Number(/\d+/.exec(request.headers.range ?? '0')![0]);
function good(request: IncomingMessage, response: ServerResponse): void {
  const start = from(request);
  if (start >= content.length && start > 0) return void response.writeHead(416).end();
  const headers = { 'content-length': content.length - start };
  if (start === 0) response.writeHead(200, headers);
  else
    response.writeHead(206, {
      ...headers,
      'content-range': `bytes ${start}-${content.length - 1}/${content.length}`,
    });
  response.end(content.subarray(start));
}
/** Announces everything, sends up to `end`, then breaks the connection or waits for ever. */
const partial =
  (end: number, then: 'break' | 'wait'): Handler =>
  (request, response) => {
    const start = from(request);
    response.writeHead(start ? 206 : 200, {
      'content-length': content.length - start,
      'content-range': `bytes ${start}-${content.length - 1}/${content.length}`,
    });
    response.write(content.subarray(start, end), () => {
      if (then === 'break') setTimeout(() => response.destroy(), 20);
    });
  };

const target = (): string => join(folder, 'deep', 'er', 'file.gz');
const get = (paths: string[], options: Partial<Download> = {}): Promise<Uint8Array> =>
  download({
    urls: paths.map((path) => base + path),
    target: target(),
    maxBytes: 100_000,
    stallTimeout: 300,
    timeout: 10_000,
    verify: (bytes) => {
      if (!Buffer.from(bytes).equals(content))
        throw new DataError({ source: 'file.gz', problem: 'wrong sum' });
    },
    ...options,
  });
const names = (): string[] => readdirSync(join(folder, 'deep', 'er'));
const complete = (): void => {
  expect(names()).toEqual(['file.gz']);
  expect(Buffer.from(content).equals(readFileSync(target()))).toBe(true);
};

test('a file appears whole, with progress', async () => {
  const progress: (number | undefined)[][] = [];
  const bytes = await get(['/good'], {
    onProgress: ({ received, total }) => progress.push([received, total]),
  });
  expect(Buffer.from(bytes).equals(content)).toBe(true);
  complete();
  expect(progress[0]).toEqual([0, content.length]);
  expect(progress.at(-1)).toEqual([content.length, content.length]);
});

test('404 and a refused connection go to the next address', async () => {
  handlers['/none'] = (_, response) => response.writeHead(404).end('no such file');
  const { port } = await new Promise<AddressInfo>((done) => {
    const closed = createServer().listen(0, '127.0.0.1', () => {
      const address = closed.address() as AddressInfo;
      closed.close(() => done(address));
    });
  });
  await download({
    urls: [`http://127.0.0.1:${port}/x`, `${base}/none`, `${base}/good`],
    target: target(),
    maxBytes: 1e6,
    stallTimeout: 1000,
    timeout: 1000,
    verify: () => {},
  });
  complete();
  expect(requests).toEqual(['/none', '/good']);
});

test('all addresses fail: the error says why each did, and nothing appears', async () => {
  handlers['/none'] = (_, response) => response.writeHead(404).end();
  handlers['/broken'] = (_, response) => response.writeHead(503).end();
  const failed = get(['/none', '/broken']);
  await expect(failed).rejects.toThrow(FileError);
  await expect(failed).rejects.toThrow(
    /Cannot download file\.gz: .*\/none: .*404; .*\/broken: .*503\. Check/,
  );
  expect(names()).toEqual([]);
});

test('a truncated transfer goes on where it ended, at the same address', async () => {
  let count = 0;
  handlers['/cut'] = (request, response) => (count++ ? good : partial(20_000, 'break'))(request, response);
  await get(['/cut']);
  expect(requests).toEqual(['/cut', '/cut bytes=20000-']);
  complete();
});

test('a transfer that stalls goes on at the next address', async () => {
  handlers['/stall'] = partial(20_000, 'wait');
  await get(['/stall', '/good']);
  expect(requests.at(-1)).toBe('/good bytes=20000-');
  complete();
});

test('a server that never answers', async () => {
  handlers['/silent'] = () => {};
  await expect(get(['/silent'])).rejects.toThrow('it sent nothing for 0.3 s');
  await expect(get(['/silent'], { stallTimeout: 5000, timeout: 200 })).rejects.toThrow('longer than 0.2 s');
});

test('what a failed download left is resumed by the next, also after another process ended', async () => {
  handlers['/cut'] = partial(20_000, 'break');
  await expect(get(['/cut'])).rejects.toThrow(FileError);
  expect(names()).toEqual([`file.gz.${process.pid}.part`]);
  const part = readFileSync(join(folder, 'deep', 'er', names()[0]!));
  rmSync(join(folder, 'deep', 'er', names()[0]!));
  const endedPid = 2 ** 30; // above every possible process
  writeFileSync(join(folder, 'deep', 'er', `file.gz.${endedPid}.part`), part);
  requests = [];
  await get(['/good']);
  expect(requests).toEqual(['/good bytes=20000-']);
  complete();
});

test('the part of a running process is left alone', async () => {
  await get(['/good']);
  rmSync(target());
  writeFileSync(join(folder, 'deep', 'er', `file.gz.${process.ppid}.part`), 'abc');
  requests = [];
  await get(['/good']);
  expect(requests).toEqual(['/good']);
  expect(names().sort()).toEqual(['file.gz', `file.gz.${process.ppid}.part`]);
});

test('a server without ranges sends all again', async () => {
  handlers['/cut'] = partial(20_000, 'break');
  handlers['/whole'] = (_, response) => response.writeHead(200).end(content);
  await get(['/cut', '/whole']);
  complete();
});

test('a range that is not the one asked for, and a part that is too long', async () => {
  let count = 0;
  handlers['/odd'] = (request, response) => {
    if (count++ === 0) return partial(20_000, 'break')(request, response);
    if (!request.headers.range) return good(request, response);
    response.writeHead(206, { 'content-range': 'bytes 7-49999/50000' });
    response.end(content.subarray(7));
  };
  await get(['/odd']);
  expect(requests).toEqual(['/odd', '/odd bytes=20000-', '/odd']);
  complete();

  rmSync(target());
  writeFileSync(join(folder, 'deep', 'er', `file.gz.${process.pid}.part`), new Uint8Array(60_000));
  requests = [];
  await get(['/good']);
  expect(requests).toEqual(['/good bytes=60000-', '/good']);
  complete();
});

test('wrong contents are deleted, the next address is tried, and the error names the sum', async () => {
  const wrong = content.slice();
  wrong[5]! ^= 1;
  handlers['/wrong'] = (_, response) => response.end(wrong);
  await expect(get(['/wrong'])).rejects.toThrow('wrong sum');
  expect(names()).toEqual([]);
  await get(['/wrong', '/good']);
  complete();
});

test('pieces of two versions that do not fit together are fetched again from the beginning', async () => {
  handlers['/old'] = (_, response) => {
    response.writeHead(200, { 'content-length': content.length });
    response.write(new Uint8Array(20_000), () => setTimeout(() => response.destroy(), 20));
  };
  await get(['/old', '/good']);
  expect(requests.slice(-2)).toEqual(['/good bytes=20000-', '/good']);
  complete();
});

test('too many bytes, announced or not', async () => {
  await expect(get(['/good'], { maxBytes: 1000 })).rejects.toThrow('limit of 1000');
  handlers['/endless'] = (_, response) => {
    const more = (): void => {
      if (response.writable && !response.destroyed) response.write(content, () => setImmediate(more));
    };
    more();
  };
  await expect(get(['/endless'])).rejects.toThrow('limit of 100000');
  expect(requests).toEqual(['/good', '/endless']);
});

test('an abort ends it with the reason and keeps the part', async () => {
  handlers['/stall'] = partial(20_000, 'wait');
  const controller = new AbortController();
  const failed = get(['/stall', '/good'], {
    signal: controller.signal,
    onProgress: ({ received }) => received === 20_000 && controller.abort(new Error('enough')),
  });
  await expect(failed).rejects.toThrow('enough');
  expect(names()).toEqual([`file.gz.${process.pid}.part`]);
});

test('two downloads of one target at a time are one', async () => {
  const [a, b] = await Promise.all([get(['/good']), get(['/good'])]);
  expect(a).toBe(b);
  expect(requests).toEqual(['/good']);
});

test('of two downloads of one target each has a signal of its own', async () => {
  handlers['/stall'] = partial(20_000, 'wait');
  const [first, second] = [new AbortController(), new AbortController()];
  const begun = Promise.withResolvers<void>();
  const a = get(['/stall'], {
    signal: first.signal,
    onProgress: ({ received }) => received === 20_000 && begun.resolve(),
  });
  await begun.promise;
  const b = get(['/good'], { signal: second.signal });
  second.abort(new Error('the second gives up'));
  await expect(b).rejects.toThrow('the second gives up');
  const c = get(['/good'], { signal: new AbortController().signal });
  first.abort(new Error('the first gives up'));
  await expect(a).rejects.toThrow('the first gives up');
  expect((await c).length).toBeGreaterThan(20_000);
  expect(requests).toEqual(['/stall', '/good bytes=20000-']);
});

test('a folder that cannot be made', async () => {
  writeFileSync(join(folder, 'deep'), 'a file');
  const failed = get(['/good']);
  await expect(failed).rejects.toThrow(FileError);
  await expect(failed).rejects.toThrow(/Cannot create .*deep.er: /);
});
