import { dirname, join } from 'node:path';
import { FormatError } from '../errors/index.ts';
import { readFile, writeFile } from '../formats/node-files.ts';
import { namesIn } from '../formats/node-host-files.ts';

/** Names of classes beside a model, as a JSON array. */
const fileName = 'classes.json';

/** @throws {FileError} */
export const writeClassNames = (folder: string, names: readonly string[]): Promise<void> =>
  writeFile(join(folder, fileName), `${JSON.stringify(names, null, 2)}\n`);

/**
 * Names of the classes of a saved model by their numbers; undefined where its folder has none.
 * @throws {FileError} {FormatError}
 */
export async function readClassNames(model: string): Promise<readonly string[] | undefined> {
  const folder = dirname(model);
  const path = join(folder, fileName);
  if (!(await namesIn(folder)).includes(fileName)) return undefined;
  const text = new TextDecoder().decode(await readFile(path, { maxBytes: 2 ** 24 }));
  try {
    const names: unknown = JSON.parse(text);
    if (Array.isArray(names) && names.every((name) => typeof name === 'string')) return names;
  } catch (cause) {
    throw new FormatError({ source: path, problem: 'it is not valid JSON' }, { cause });
  }
  throw new FormatError({ source: path, problem: 'it is no array of names' });
}
