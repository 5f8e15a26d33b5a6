import { gunzipSync } from 'fflate';
import { FormatError } from '../errors/index.ts';
import { crc32 } from './crc32.ts';

/** A deflate stream grows at most about 1,032 times: 258 bytes for two bits. */
const mostGrowth = 1032;
const headerBytes = 10;
const trailerBytes = 8;

/** True for bytes that begin as a gzip member does. */
export function isGzip(bytes: Uint8Array): boolean {
  return bytes.length >= 2 && bytes[0] === 0x1f && bytes[1] === 0x8b;
}

/**
 * Unpacks one gzip member; its length and CRC-32 must be right and nothing may follow it.
 * @param source names the bytes in errors
 * @param maxBytes most bytes that the result may have
 * @throws {FormatError}
 */
export function gunzip(bytes: Uint8Array, source: string, maxBytes: number): Uint8Array {
  if (!isGzip(bytes))
    throw new FormatError({ source, problem: 'it is not gzip (1f 8b at the start is missing)' });
  if (bytes.length < headerBytes + trailerBytes)
    throw new FormatError({ source, problem: `its gzip data end after ${bytes.length} bytes` });
  const trailer = new DataView(bytes.buffer, bytes.byteOffset + bytes.length - trailerBytes, trailerBytes);
  const size = trailer.getUint32(4, true);
  if (size > maxBytes)
    throw new FormatError({
      source,
      problem: `its gzip data say that they unpack to ${size} bytes, more than the limit of ${maxBytes}`,
      advice: 'If that is not so, the file is truncated',
    });
  const damaged = 'its gzip data are damaged or truncated';
  if (size > bytes.length * mostGrowth) throw new FormatError({ source, problem: damaged });
  let unpacked: Uint8Array;
  try {
    unpacked = gunzipSync(bytes, { out: new Uint8Array(size) });
  } catch (cause) {
    throw new FormatError({ source, problem: damaged }, { cause });
  }
  if (unpacked.length !== size || crc32(unpacked) !== trailer.getUint32(0, true))
    throw new FormatError({ source, problem: `${damaged} (length or CRC-32 differ)` });
  return unpacked;
}
