import { finiteNumber, functionValue, InvalidArgumentError, optionalSignal } from '../errors/index.ts';

/** How far a download is. */
export interface DownloadProgress {
  readonly file: string;
  readonly received: number;
  /** Where the server says it. */
  readonly total: number | undefined;
}

export interface DownloadSettings {
  /** Addresses of folders with the files as gzip, tried in order. Default: public mirrors. */
  readonly baseUrls?: readonly string[];
  /** Milliseconds without a byte after which the next address is tried. Default 20,000. */
  readonly stallTimeout?: number;
  /** Milliseconds for one request; one that brought something is repeated for the rest. Default 600,000. */
  readonly timeout?: number;
  /** Ends the download. Default none. */
  readonly signal?: AbortSignal;
  /** Hears how far each file is. Default none. */
  readonly onProgress?: (progress: DownloadProgress) => void;
}

export const downloadSettingNames: readonly (keyof DownloadSettings)[] = [
  'baseUrls',
  'stallTimeout',
  'timeout',
  'signal',
  'onProgress',
];

const longestTimer = 2 ** 31 - 1;

/**
 * Settings with their defaults; base addresses end with a slash.
 * @throws {InvalidArgumentError}
 */
export function downloadSettings(
  settings: DownloadSettings,
  defaultUrls: readonly string[],
  call: string,
): DownloadSettings & Required<Pick<DownloadSettings, 'baseUrls' | 'stallTimeout' | 'timeout'>> {
  const { baseUrls = defaultUrls, stallTimeout = 20_000, timeout = 600_000, signal, onProgress } = settings;
  const range = { above: 0, max: longestTimer };
  finiteNumber(stallTimeout, 'stallTimeout', { call }, range);
  finiteNumber(timeout, 'timeout', { call }, range);
  if (!Array.isArray(baseUrls) || baseUrls.length === 0 || !baseUrls.every(isHttp))
    throw new InvalidArgumentError({
      argument: 'baseUrls',
      call,
      expected: 'at least one address that begins with http:// or https://',
      received: baseUrls,
    });
  optionalSignal(signal, { call });
  if (onProgress !== undefined) functionValue(onProgress, 'a function', 'onProgress', { call });
  const withSlash = baseUrls.map((url: string) => (url.endsWith('/') ? url : `${url}/`));
  return { baseUrls: withSlash, stallTimeout, timeout, signal, onProgress };
}

function isHttp(url: unknown): boolean {
  return typeof url === 'string' && /^https?:\/\//.test(url) && URL.canParse(url);
}
