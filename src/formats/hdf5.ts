import { FormatError, InternalError, InvalidArgumentError } from '../errors/index.ts';
import type { Hdf5Content, Hdf5Host, Hdf5Limits, Hdf5Reply } from './hdf5-content.ts';
import { runHdf5 } from './hdf5-program.ts';
import { checkStoredArray } from './stored-array.ts';

export interface Hdf5Options {
  /** Where the HDF5 library runs. Default: on this thread, which a hostile file could block; `loadModel` takes a worker. */
  readonly host?: Hdf5Host;
  readonly limits?: Partial<Hdf5Limits>;
}

const defaultLimits: Hdf5Limits = { maxBytes: 2 ** 30, maxObjects: 100_000 };

let broken = false;

/** Runs the library on the calling thread; the module is loaded at the first request. A broken one is not asked again. */
export const inlineHdf5: Hdf5Host = {
  async run(request): Promise<Hdf5Reply> {
    const library = await import('h5wasm');
    await library.ready;
    if (broken) throw new Error('the HDF5 library failed before, and cannot go on in this thread');
    const reply = runHdf5(library, request);
    broken = reply.kind === 'problem' && reply.broken;
    return reply;
  },
};

/**
 * Reads all data sets of numbers and booleans of an HDF5 file, with groups and attributes.
 * @param source names the file in errors
 * @throws {FormatError} for anything else: damage, other element types, links to other files, too much of something
 */
export async function readHdf5(
  bytes: Uint8Array,
  source: string,
  options: Hdf5Options = {},
): Promise<Hdf5Content> {
  const limits = { ...defaultLimits, ...options.limits };
  const host = options.host ?? inlineHdf5;
  let reply: Hdf5Reply;
  try {
    reply = await host.run({ kind: 'read', bytes, limits });
  } catch (cause) {
    if (cause instanceof InternalError) throw cause;
    const problem = cause instanceof Error ? cause.message.replace(/\.$/, '') : String(cause);
    throw new FormatError({ source, problem }, { cause });
  }
  if (reply.kind === 'read') return reply.content;
  throw new FormatError({
    source,
    problem: reply.kind === 'problem' ? reply.problem : 'no contents came back',
  });
}

/**
 * Writes an HDF5 file that h5py and Keras read: contiguous, little-endian, groups as needed.
 * @throws {InvalidArgumentError} for paths, arrays and types that cannot be written (bool, f16 and bf16 among them)
 */
export async function writeHdf5(
  content: Hdf5Content,
  options: Pick<Hdf5Options, 'host'> = {},
): Promise<Uint8Array> {
  const paths = [...content.groups, ...content.arrays.keys(), ...content.attributes.keys()];
  for (const path of paths) {
    const parts = path.split('/');
    if (path !== '' && parts.some((part) => part === '' || part === '.' || part.includes('\0')))
      throw new InvalidArgumentError({ argument: 'content', expected: 'paths such as a/b', received: path });
  }
  for (const [path, array] of content.arrays) {
    checkStoredArray(array, `arrays["${path}"]`);
    const below = parentsOf(path).find((parent) => content.arrays.has(parent));
    if (path === '' || below !== undefined || content.groups.has(path))
      throw new InvalidArgumentError({
        argument: 'content',
        expected: 'data sets that are no groups',
        received: below ?? path,
      });
  }
  const reply = await (options.host ?? inlineHdf5).run({ kind: 'write', content });
  if (reply.kind === 'written') return reply.bytes;
  const problem = reply.kind === 'problem' ? reply.problem : 'no bytes came back';
  throw new InvalidArgumentError(
    { argument: 'content', expected: 'what HDF5 can hold', received: problem },
    `Cannot write HDF5: ${problem}.`,
  );
}

function parentsOf(path: string): string[] {
  const parts = path.split('/');
  return parts.slice(0, -1).map((_, k) => parts.slice(0, k + 1).join('/'));
}
