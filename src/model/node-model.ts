import { readFile } from '../formats/node-files.ts';
import { Hdf5Worker } from '../formats/node-hdf5.ts';
import { checkLoadOptions, type LoadOptions, modelFromBytes, modelFromUrl } from './load-model.ts';
import type { Model } from './model.ts';

export type { Model } from './model.ts';

const isUrl = (from: string): boolean => /^(https?|data|blob):/.test(from);

/** HDF5 is read by C code over bytes that may be anyone's: in a worker that can be thrown away. */
let host: Hdf5Worker | undefined;

/**
 * A model from a path, a URL, or the bytes of a `.keras`, a legacy `.h5` or a native file. A model that was compiled is compiled,
 * with the state of its optimiser.
 * @throws {FormatError} if it is no such file {FileError} if it cannot be read
 */
export async function loadModel(
  from: string | URL | Uint8Array | ArrayBuffer,
  options: LoadOptions = {},
): Promise<Model> {
  checkLoadOptions(options);
  host ??= new Hdf5Worker();
  if (from instanceof Uint8Array) return modelFromBytes(from, 'the given bytes', { ...options, host });
  if (from instanceof ArrayBuffer) return loadModel(new Uint8Array(from), options);
  if (
    from instanceof URL ? from.protocol !== 'file:' : typeof from !== 'string' || from === '' || isUrl(from)
  ) {
    return modelFromUrl(from as URL | string, { ...options, host });
  }
  const path = from instanceof URL ? decodeURIComponent(from.pathname) : (from as string);
  return modelFromBytes(await readFile(path), path, { ...options, host });
}
