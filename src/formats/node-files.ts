import { orFileError, writeAll } from '../data/node-file-error.ts';
import { isRunning, makeFolders, syncFolder } from '../data/node-system.ts';
import { systemErrorCode } from '../data/node-system-error.ts';

// Asked for, not imported: a bundler of a page, which never runs this, would warn of each import.
const nodeFileSystem = process.getBuiltinModule('node:fs/promises');
const { basename, dirname, join, resolve } = process.getBuiltinModule('node:path');

/** An open file, as far as it is used here. */
export interface FileHandle {
  write(bytes: Uint8Array, offset: number, length: number): Promise<{ readonly bytesWritten: number }>;
  sync(): Promise<void>;
  close(): Promise<void>;
}

/** The calls of `node:fs/promises` that are used here; tests put in one that fails. */
export interface FileSystem {
  open(path: string, flags: string): Promise<FileHandle>;
  rename(from: string, to: string): Promise<void>;
  rm(path: string, options: { readonly force: boolean }): Promise<void>;
  stat(path: string): Promise<{ readonly size: number; isFile(): boolean; isDirectory(): boolean }>;
  realpath(path: string): Promise<string>;
  mkdir(path: string): Promise<unknown>;
  readdir(path: string): Promise<string[]>;
  readFile(path: string): Promise<Uint8Array>;
  syncFolder(path: string): Promise<void>;
}

const realFileSystem: FileSystem = { ...nodeFileSystem, syncFolder } as FileSystem;

export interface FileOptions {
  /** Default: the real one. */
  readonly fileSystem?: FileSystem;
}

/**
 * Writes a file so that its path holds the old contents or the new ones, whole, whatever happens: to a temporary file
 * beside it, synced, then renamed over it. A symbolic link stays and its target is written. A failure leaves nothing
 * behind; what a killed process left of the same file is removed.
 * @param contents bytes, pieces of them, or text
 * @throws {FileError} naming the path, also where it is a folder or lies below a file
 */
export async function writeFile(
  path: string,
  contents: Uint8Array | string | Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
  options: FileOptions = {},
): Promise<void> {
  const { fileSystem = realFileSystem } = options;
  await orFileError('write', path, async () => {
    const target = await writableTarget(path, fileSystem);
    const folder = dirname(target);
    await removeLeftovers(target, fileSystem);
    const temporary = join(folder, `${temporaryPrefix(target)}${process.pid}.${nextNumber++}.tmp`);
    try {
      const handle = await fileSystem.open(temporary, 'wx');
      try {
        for await (const piece of pieces(contents)) await writeAll(handle, piece);
        await handle.sync();
      } finally {
        await handle.close();
      }
      await fileSystem.rename(temporary, target);
    } catch (error) {
      await fileSystem.rm(temporary, { force: true }).catch(() => undefined);
      throw error;
    }
    await fileSystem.syncFolder(folder);
  });
}

/**
 * Reads a whole file.
 * @param maxBytes most bytes that it may have. Default 2 GiB
 * @throws {FileError} naming the path
 */
export async function readFile(
  path: string,
  options: FileOptions & { readonly maxBytes?: number } = {},
): Promise<Uint8Array> {
  const { fileSystem = realFileSystem, maxBytes = 2 ** 31 } = options;
  return orFileError('read', path, async () => {
    const { size } = await regularFile(path, fileSystem);
    if (size > maxBytes) throw new Error(`it has ${size} bytes, more than the limit of ${maxBytes}`);
    const bytes = await fileSystem.readFile(path);
    // A plain view: methods such as `slice` of a Buffer share memory.
    return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  });
}

/**
 * Makes a folder and those above it, where they are missing.
 * @throws {FileError} naming the path, also where it lies below a file or is one
 */
export async function makeFolder(path: string, options: FileOptions = {}): Promise<void> {
  const { fileSystem = realFileSystem } = options;
  await orFileError('create', path, async () => {
    try {
      await makeFolders(path, fileSystem);
    } catch (error) {
      // For a file in the way systems say "exists already", "no folder" or "no such file".
      const obstacle = await fileInTheWay(path, fileSystem);
      throw obstacle === undefined ? error : new Error(`${obstacle} is a file, not a folder`);
    }
  });
}

let nextNumber = 0;
const temporaryPrefix = (target: string): string => `.${basename(target)}.`;

async function* pieces(
  contents: Uint8Array | string | Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  if (typeof contents === 'string') yield new TextEncoder().encode(contents);
  else if (contents instanceof Uint8Array) yield contents;
  else yield* contents;
}

/** The path behind symbolic links; it must be free or a regular file (a rename would replace a device). */
async function writableTarget(path: string, fileSystem: FileSystem): Promise<string> {
  let target: string;
  try {
    target = await fileSystem.realpath(path);
  } catch (error) {
    if (systemErrorCode(error) !== 'ENOENT') throw error;
    const obstacle = await fileInTheWay(dirname(resolve(path)), fileSystem);
    if (obstacle !== undefined) throw new Error(`${obstacle} is a file, not a folder`);
    const folder = dirname(resolve(path));
    await fileSystem.stat(folder).catch((cause: unknown) => {
      if (systemErrorCode(cause) === 'ENOENT') throw new Error(`the folder ${folder} does not exist`);
      throw cause;
    });
    return resolve(path);
  }
  await regularFile(target, fileSystem);
  return target;
}

async function regularFile(path: string, fileSystem: FileSystem): Promise<{ readonly size: number }> {
  const status = await fileSystem.stat(path);
  if (status.isDirectory()) throw new Error('it is a folder');
  if (!status.isFile()) throw new Error('it is no regular file');
  return status;
}

/** The first part of a path that exists and is no folder. */
async function fileInTheWay(path: string, fileSystem: FileSystem): Promise<string | undefined> {
  for (let part = resolve(path); ; part = dirname(part)) {
    const status = await fileSystem.stat(part).catch(() => undefined);
    if (status) return status.isDirectory() ? undefined : part;
    if (part === dirname(part)) return undefined;
  }
}

async function removeLeftovers(target: string, fileSystem: FileSystem): Promise<void> {
  const folder = dirname(target);
  const prefix = temporaryPrefix(target);
  for (const name of await fileSystem.readdir(folder)) {
    const pid = name.startsWith(prefix) && /^(\d+)\.\d+\.tmp$/.exec(name.slice(prefix.length))?.[1];
    if (pid && !isRunning(Number(pid))) await fileSystem.rm(join(folder, name), { force: true });
  }
}
