import { DataError, FileError, InvalidArgumentError, knownOptions } from '../errors/index.ts';
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
import { TransferError, transfer } from './transfer.ts';
import { type DownloadSettings, downloadSettingNames, downloadSettings } from './transfer-settings.ts';

export interface WebMnistOptions extends DownloadSettings {
  /** Bytes of the four files, plain or gzip: nothing is fetched then. */
  readonly files?: Readonly<Record<MnistPart, Uint8Array>>;
}

/**
 * Handwritten digits: 60,000 images to train with and 10,000 to test, uint8 [28, 28, 1], and their labels. Fetched
 * from the addresses in `baseUrls`, which must allow this page to read them, or made from bytes.
 * @throws {InvalidArgumentError} for options that do not exist or do not fit
 * @throws {FileError} where no address gives a file
 * @throws {DataError} or {FormatError} for files that are not MNIST's
 */
export function mnist(options: WebMnistOptions = {}): Promise<ImageSets> {
  return loadFromWeb(mnistSource, options, 'mnist');
}

/** Pictures of ten kinds of clothes, with the same sizes, options and errors as `mnist`. */
export function fashionMnist(options: WebMnistOptions = {}): Promise<ImageSets> {
  return loadFromWeb(fashionMnistSource, options, 'fashionMnist');
}

/** Loads a set in MNIST's format by URL or from bytes, without file access. */
export async function loadFromWeb(
  source: MnistSource,
  options: WebMnistOptions,
  call: string,
): Promise<ImageSets> {
  knownOptions(options, ['files', ...downloadSettingNames], { call });
  const { files } = options;
  if (files === undefined) return imageSets(await fetchParts(source, options, call));
  const named = mnistParts.map((part): [MnistPart, NamedBytes] => {
    const bytes: unknown = files[part];
    if (!(bytes instanceof Uint8Array))
      throw new InvalidArgumentError({
        argument: `files.${part}`,
        call,
        expected: 'the bytes of an IDX file',
        received: bytes,
      });
    return [part, { bytes, source: `files.${part}` }];
  });
  return imageSets(Object.fromEntries(named) as Record<MnistPart, NamedBytes>);
}

async function fetchParts(
  source: MnistSource,
  options: DownloadSettings,
  call: string,
): Promise<Record<MnistPart, NamedBytes>> {
  const settings = downloadSettings(options, source.baseUrls, call);
  const parts = {} as Record<MnistPart, NamedBytes>;
  for (const part of mnistParts) {
    const file = mnistFileNames[part];
    const failures: string[] = [];
    for (const baseUrl of settings.baseUrls) {
      const url = `${baseUrl}${file}.gz`;
      try {
        parts[part] = { source: url, bytes: await fetchPart(url, file, settings) };
        await checkSum(parts[part], source.checksums[part]);
        break;
      } catch (error) {
        settings.signal?.throwIfAborted();
        if (error instanceof TransferError) failures.push(`${url}: ${error.message}`);
        else if (error instanceof DataError) failures.push(error.message.replace(/\.$/, ''));
        else throw error;
      }
    }
    if (failures.length === settings.baseUrls.length)
      throw new FileError({ action: 'download', path: `${file}.gz`, problem: failures.join('; ') });
  }
  return parts;
}

async function fetchPart(
  url: string,
  file: string,
  settings: DownloadSettings & { stallTimeout: number; timeout: number },
): Promise<Uint8Array> {
  const { stallTimeout, timeout, signal, onProgress } = settings;
  const chunks: Uint8Array[] = [];
  let received = 0;
  let total: number | undefined;
  const report = (): void => onProgress?.({ file, received, total });
  await transfer({
    url,
    from: 0,
    maxBytes: mostMnistBytes,
    stallTimeout,
    timeout,
    signal,
    begin: (_, size) => {
      total = size;
      report();
    },
    chunk: (bytes) => {
      chunks.push(bytes);
      received += bytes.length;
      report();
    },
  });
  const bytes = new Uint8Array(received);
  let offset = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, offset);
    offset += chunk.length;
  }
  try {
    return isGzip(bytes) ? gunzip(bytes, url, mostMnistBytes) : bytes;
  } catch (cause) {
    throw new DataError({ source: url, problem: 'it is no complete gzip file' }, { cause });
  }
}

/** Pages without a secure context have no Web Crypto; there the IDX reader alone must do. */
async function checkSum({ bytes, source }: NamedBytes, expected: string): Promise<void> {
  if (!globalThis.crypto?.subtle) return;
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', new Uint8Array(bytes)));
  const hex = Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
  if (hex !== expected)
    throw new DataError({ source, problem: `its SHA-256 is ${hex}, where ${expected} is expected` });
}
