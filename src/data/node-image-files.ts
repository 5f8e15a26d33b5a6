import { readdir, stat } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { DataError, InvalidArgumentError } from '../errors/index.ts';
import { imageEndings } from './image-file.ts';
import type { LabelledFile } from './image-folder-index.ts';
import { orFileError } from './node-file-error.ts';

/**
 * Pictures in a folder a class, or wherever below the folder where they have no labels.
 * @throws {InvalidArgumentError} {FileError} {DataError} where there are none
 */
export async function labelledFiles(
  directory: string,
  unlabelled: boolean,
  given: readonly string[] | undefined,
): Promise<{ readonly files: LabelledFile[]; readonly classNames: readonly string[] }> {
  if (unlabelled) {
    const paths = await picturesIn(directory);
    if (paths.length === 0)
      throw new DataError({ source: directory, problem: 'there are no pictures in it' });
    return { files: paths.map((path) => ({ path, label: 0 })), classNames: [] };
  }
  const folders = await orFileError('read', directory, async () => {
    const entries = await readdir(directory);
    const kinds = await Promise.all(
      entries.map((name) => stat(join(directory, name)).catch(() => undefined)),
    );
    return entries.filter((name, k) => kinds[k]?.isDirectory() && !name.startsWith('.')).sort();
  });
  const classNames = given ?? folders;
  const missing = classNames.find((name) => !folders.includes(name));
  if (missing !== undefined || (given && new Set(given).size !== folders.length)) {
    const expected = `the names of all folders in ${directory}: ${folders.join(', ')}`;
    const call = 'imageDatasetFromDirectory';
    throw new InvalidArgumentError({ call, argument: 'classNames', expected, received: given });
  }
  const files: LabelledFile[] = [];
  for (const [label, name] of classNames.entries()) {
    const paths = await picturesIn(join(directory, name));
    if (paths.length === 0)
      throw new DataError({ source: join(directory, name), problem: 'there are no pictures in it' });
    for (const path of paths) files.push({ path, label });
  }
  if (files.length > 0) return { files, classNames };
  const advice = 'Expected a folder a class, with pictures in it';
  throw new DataError({ source: directory, problem: 'it has no folders with pictures', advice });
}

/** Paths of the pictures below a folder, sorted. */
async function picturesIn(folder: string): Promise<string[]> {
  return orFileError('read', folder, async () => {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    return entries
      .filter((entry) => !entry.isDirectory() && imageEndings.includes(extname(entry.name).toLowerCase()))
      .map((entry) => join(entry.parentPath, entry.name))
      .sort();
  });
}
