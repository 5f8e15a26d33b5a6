import { AtrousError, FileError } from '../errors/index.ts';
import { systemProblem } from './node-system-error.ts';

/**
 * Does work on a file or folder.
 * @throws {FileError} naming the path, for what the system refuses; errors of this library pass
 */
export async function orFileError<T>(
  action: 'read' | 'write' | 'create',
  path: string,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if (cause instanceof AtrousError) throw cause;
    throw new FileError({ action, path, problem: systemProblem(cause) }, { cause });
  }
}

/** What is needed of an open file. */
interface Writable {
  write(bytes: Uint8Array, offset: number, length: number): Promise<{ readonly bytesWritten: number }>;
}

/** Writes all bytes, however many the system takes at a time. */
export async function writeAll(handle: Writable, bytes: Uint8Array): Promise<void> {
  for (let offset = 0; offset < bytes.length; ) {
    const { bytesWritten } = await handle.write(bytes, offset, bytes.length - offset);
    if (bytesWritten === 0) throw new Error('the disk takes no more bytes');
    offset += bytesWritten;
  }
}
