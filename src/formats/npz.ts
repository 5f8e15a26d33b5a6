import { decodeNpy, encodeNpy } from './npy.ts';
import type { StoredArray } from './stored-array.ts';
import { encodeZip, openZip, type ZipLimits } from './zip.ts';

const suffix = '.npy';

/** Writes NumPy's .npz: a zip archive of one .npy a name. */
export function encodeNpz(arrays: ReadonlyMap<string, StoredArray>): Uint8Array {
  const members = [...arrays].map(([name, array]): [string, Uint8Array] => [name + suffix, encodeNpy(array)]);
  return encodeZip(new Map(members));
}

/**
 * Reads NumPy's .npz, as written by `savez` and `savez_compressed`.
 * @param source names the file in errors
 * @throws {FormatError} for anything that is no sound archive of .npy files
 */
export function decodeNpz(
  bytes: Uint8Array,
  source: string,
  limits: ZipLimits = {},
): Map<string, StoredArray> {
  const archive = openZip(bytes, source, limits);
  const arrays = archive.names.map((name): [string, StoredArray] => [
    name.endsWith(suffix) ? name.slice(0, -suffix.length) : name,
    decodeNpy(archive.read(name), `${source}, member ${name}`),
  ]);
  return new Map(arrays);
}
