import type { FileHandle } from 'node:fs/promises';
import { orFileError, writeAll } from '../data/node-file-error.ts';
import { syncFolder } from '../data/node-system.ts';
import { systemErrorCode } from '../data/node-system-error.ts';
import { makeFolder } from './node-files.ts';

export { makeFolder, readFile, writeFile } from './node-files.ts';

// Asked for, not imported: a bundler of a page, which never runs this, would warn of each import.
const { open, readdir, rm } = process.getBuiltinModule('node:fs/promises');
const { dirname } = process.getBuiltinModule('node:path');

/**
 * Removes a file; none is there afterwards, also where there was none.
 * @throws {FileError}
 */
export const removeFile = (path: string): Promise<void> =>
  orFileError('write', path, () => rm(path, { force: true }));

/**
 * Names in a folder, sorted; none where there is no such folder.
 * @throws {FileError}
 */
export const namesIn = (path: string): Promise<string[]> =>
  orFileError('read', path, async () => {
    try {
      return (await readdir(path)).sort();
    } catch (error) {
      if (systemErrorCode(error) === 'ENOENT') return [];
      throw error;
    }
  });

/** A file that grows: pieces are written in the order of the calls. */
export interface GrowingFile {
  readonly path: string;
  /** @throws {FileError} */
  append(bytes: Uint8Array): Promise<void>;
  /** Waits for what was appended, makes it outlast a power cut, and closes the file. Later calls do nothing. */
  close(): Promise<void>;
}

/**
 * Opens a new file that grows, with the folders above it.
 * @throws {FileError} also where the file is there already
 */
export async function growFile(path: string): Promise<GrowingFile> {
  await makeFolder(dirname(path));
  const handle: FileHandle = await orFileError('create', path, async () => {
    const opened = await open(path, 'ax');
    await syncFolder(dirname(path));
    return opened;
  });
  let last: Promise<void> = Promise.resolve();
  let closed = false;
  return {
    path,
    append(bytes) {
      const write = last.then(() => orFileError('write', path, () => writeAll(handle, bytes)));
      last = write.catch(() => {});
      return write;
    },
    async close() {
      if (closed) return;
      closed = true;
      await last;
      await orFileError('write', path, () => handle.sync()).finally(() => handle.close());
    },
  };
}
