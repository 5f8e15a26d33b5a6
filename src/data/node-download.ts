import { open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { DataError, FileError, FormatError } from '../errors/index.ts';
import { orFileError, writeAll } from './node-file-error.ts';
import { isRunning, makeFolders, syncFolder } from './node-system.ts';
import { systemErrorCode } from './node-system-error.ts';
import { TransferError, transfer } from './transfer.ts';
import type { DownloadProgress } from './transfer-settings.ts';

export interface Download {
  /** Addresses of the same file, tried in order. */
  readonly urls: readonly string[];
  /** Path at which the file appears, complete and verified; folders are made. */
  readonly target: string;
  /** Refuses wrong contents with a FormatError or a DataError. */
  readonly verify: (bytes: Uint8Array) => void;
  readonly maxBytes: number;
  readonly stallTimeout: number;
  readonly timeout: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: DownloadProgress) => void;
}

/** Requests to one address as long as each brings more of the file. */
const mostRequests = 5;
const running = new Map<string, { readonly work: Promise<Uint8Array>; readonly signal?: AbortSignal }>();

/**
 * Downloads a file and gives its bytes. They are collected in `TARGET.PID.part` beside the target, which is kept
 * when the download fails or the process ends, and from whose end the next download goes on. Contents that
 * `verify` refuses are deleted. Simultaneous downloads of a target in one process are one, whose progress the first
 * caller hears.
 * @throws {FileError} if no address gives the file, saying why each did not, or if it cannot be written
 */
export async function download(options: Download): Promise<Uint8Array> {
  const { target, signal } = options;
  for (let before = running.get(target); before; before = running.get(target)) {
    try {
      return await unlessAborted(before.work, signal);
    } catch (error) {
      // Whoever began it has given up; this one has not.
      if (signal?.aborted || !before.signal?.aborted) throw error;
    }
  }
  const work = downloadOnce(options);
  running.set(target, { work, signal });
  try {
    return await work;
  } finally {
    running.delete(target);
  }
}

/** @throws the signal's reason when it aborts before the work is done */
async function unlessAborted<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return work;
  signal.throwIfAborted();
  const { promise, reject } = Promise.withResolvers<never>();
  const abort = (): void => reject(signal.reason);
  signal.addEventListener('abort', abort);
  try {
    return await Promise.race([work, promise]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}

async function downloadOnce(options: Download): Promise<Uint8Array> {
  const { urls, target } = options;
  const folder = dirname(target);
  const part = await orFileError('create', folder, async () => {
    await makeFolders(folder);
    return claimPart(target);
  });
  const failures: string[] = [];
  for (const url of urls) {
    for (let request = 0; request < mostRequests; request++) {
      const { bytes, failure, retry } = await attempt(options, url, part);
      if (bytes) return bytes;
      if (!retry || request === mostRequests - 1) {
        failures.push(`${url}: ${failure}`);
        break;
      }
    }
  }
  const kept = await stat(part).catch(() => undefined);
  if (kept?.size === 0) await rm(part, { force: true });
  throw new FileError({
    action: 'download',
    path: basename(target),
    problem: failures.join('; '),
    advice: 'Check the connection, or set baseUrls or folder',
  });
}

interface Attempt {
  readonly bytes?: Uint8Array;
  readonly failure?: string;
  /** The same address may do better the next time. */
  readonly retry?: boolean;
}

async function attempt(options: Download, url: string, part: string): Promise<Attempt> {
  const { target, maxBytes, stallTimeout, timeout, signal, onProgress } = options;
  const file = basename(target);
  const handle = await orFileError('write', part, () => open(part, 'a+'));
  let had = 0;
  let received = 0;
  let total: number | undefined;
  try {
    had = received = (await handle.stat()).size;
    const report = (): void => onProgress?.({ file, received, total });
    await transfer({
      url,
      from: had,
      maxBytes,
      stallTimeout,
      timeout,
      signal,
      begin: async (start, size) => {
        if (start !== received) await orFileError('write', part, () => handle.truncate(start));
        received = start;
        total = size;
        report();
      },
      chunk: async (bytes) => {
        await orFileError('write', part, () => writeAll(handle, bytes));
        received += bytes.length;
        report();
      },
    });
    await orFileError('write', part, () => handle.sync());
  } catch (error) {
    if (!(error instanceof TransferError)) throw error;
    if (error.status === 416) {
      await orFileError('write', part, () => handle.truncate(0));
      return { failure: error.message, retry: had > 0 };
    }
    return { failure: error.message, retry: error.status === undefined && received > had };
  } finally {
    await handle.close();
  }
  const bytes = await orFileError('read', part, () => readFile(part));
  try {
    options.verify(bytes);
  } catch (error) {
    await rm(part, { force: true });
    if (!(error instanceof FormatError || error instanceof DataError)) throw error;
    // Pieces from two versions of a file may not fit together: once more from the beginning.
    return { failure: error.message.replace(/\.$/, ''), retry: had > 0 };
  }
  await orFileError('write', target, async () => {
    await rename(part, target);
    await syncFolder(dirname(target));
  });
  return { bytes };
}

/** Takes over what an ended process (or an earlier download of this one) left of the target. */
async function claimPart(target: string): Promise<string> {
  const folder = dirname(target);
  const prefix = `${basename(target)}.`;
  const own = join(folder, `${prefix}${process.pid}.part`);
  const names = await readdir(folder);
  if (names.includes(basename(own))) return own;
  for (const name of names) {
    const pid = name.startsWith(prefix) && /^(\d+)\.part$/.exec(name.slice(prefix.length))?.[1];
    if (!pid || isRunning(Number(pid))) continue;
    try {
      await rename(join(folder, name), own);
      return own;
    } catch (error) {
      // Another process was faster.
      if (systemErrorCode(error) !== 'ENOENT') throw error;
    }
  }
  return own;
}
