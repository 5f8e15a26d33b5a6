import { decode } from 'fast-png';
import { Unzlib } from 'fflate';
import { FormatError, UnsupportedError } from '../errors/index.ts';
import type { Image } from './image.ts';
import { type PngHeader, type PngParts, pngSignature, readPngChunks, unpackedBytes } from './png-chunks.ts';

/** True for bytes that begin as a PNG file does. */
export const isPng = (bytes: Uint8Array): boolean =>
  bytes.length >= pngSignature.length && pngSignature.every((byte, k) => bytes[k] === byte);

/**
 * Decodes a PNG file by fast-png. Before that the chunks and their CRCs are checked, the pixels are counted, and the
 * data are unpacked once piece by piece to see that they are as long as the header says: a small file cannot fill the
 * memory.
 * @throws {FormatError} for damaged files and for pictures beyond `maxPixels`
 * @throws {UnsupportedError} for interlaced pictures with less than 8 bits a channel
 */
export function decodePng(bytes: Uint8Array, source: string, maxPixels: number): Image {
  const parts = readPngChunks(bytes, source);
  const { header } = parts;
  const { width, height } = header;
  if (width * height > maxPixels)
    throw new FormatError({
      source,
      problem: `it says that it has ${width} x ${height} pixels, more than the limit of ${maxPixels}`,
    });
  if (header.interlaced && header.depth < 8)
    throw new UnsupportedError({
      feature: `An interlaced PNG with ${header.depth} bits a channel`,
      advice: `Save ${source} without interlacing`,
    });
  try {
    checkLength(parts);
    return toBytes(header, decode(joined([pngSignature, ...parts.chunks])));
  } catch (cause) {
    const problem = cause instanceof Error ? cause.message : String(cause);
    throw new FormatError({ source, problem: `its PNG data are damaged (${problem})` }, { cause });
  }
}

/** Pieces small enough that what one of them may unpack to fits in memory. */
const pieceBytes = 2 ** 14;

function checkLength({ header, compressed }: PngParts): void {
  const expected = unpackedBytes(header);
  let found = 0;
  let ended = false;
  const inflate = new Unzlib((chunk, final) => {
    found += chunk.length;
    ended ||= final;
    if (found > expected) throw new Error('they unpack to more than the pixels that the header names');
  });
  const all = joined(compressed);
  for (let at = 0; at < all.length; at += pieceBytes)
    inflate.push(all.subarray(at, at + pieceBytes), at + pieceBytes >= all.length);
  if (!ended || found < expected) throw new Error('pixels are missing');
}

function joined(pieces: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let offset = 0;
  for (const piece of pieces) {
    all.set(piece, offset);
    offset += piece.length;
  }
  return all;
}

type Decoded = ReturnType<typeof decode>;

function toBytes(header: PngHeader, decoded: Decoded): Image {
  const { width, height, colour, depth } = header;
  const values = depth < 8 ? unpackBits(decoded.data, header) : decoded.data;
  if (colour === 'palette') return { width, height, ...colours(values, decoded.palette) };
  const most = 2 ** depth - 1;
  const bytes = Uint8Array.from(values, (value) => Math.round((value * 255) / most));
  if (colour === 'greyAlpha' || colour === 'rgbAlpha')
    return { width, height, channels: colour === 'rgbAlpha' ? 4 : 2, data: bytes };
  const channels = colour === 'rgb' ? 3 : 1;
  const clear = decoded.transparency;
  if (!clear) return { width, height, channels, data: bytes };
  if (clear.length !== channels) throw new Error('the transparent colour has a wrong number of channels');
  return { width, height, ...withAlpha(bytes, values, clear, channels) };
}

/** One value an element, from rows that begin at whole bytes, the first value in the highest bits. */
function unpackBits(packed: ArrayLike<number>, { width, height, depth }: PngHeader): Uint8Array {
  const values = new Uint8Array(width * height);
  const rowBytes = Math.ceil((width * depth) / 8);
  const inByte = 8 / depth;
  for (let i = 0; i < height; i++) {
    for (let j = 0; j < width; j++) {
      const byte = packed[i * rowBytes + Math.floor(j / inByte)]!;
      values[i * width + j] = (byte >> (8 - depth * (1 + (j % inByte)))) & (2 ** depth - 1);
    }
  }
  return values;
}

function colours(
  indices: ArrayLike<number>,
  palette: Decoded['palette'],
): { channels: 3 | 4; data: Uint8Array } {
  if (!palette?.length) throw new Error('the palette is missing');
  const channels = palette[0]!.length as 3 | 4;
  const data = new Uint8Array(indices.length * channels);
  for (let k = 0; k < indices.length; k++) {
    const colour = palette[indices[k]!];
    if (!colour) throw new Error(`the palette has no colour ${indices[k]}`);
    data.set(colour, k * channels);
  }
  return { channels, data };
}

/** Pixels of exactly the colour `clear` become transparent. */
function withAlpha(
  bytes: Uint8Array,
  values: ArrayLike<number>,
  clear: Uint16Array,
  channels: 1 | 3,
): { channels: 2 | 4; data: Uint8Array } {
  const pixels = bytes.length / channels;
  const data = new Uint8Array(pixels * (channels + 1));
  for (let k = 0; k < pixels; k++) {
    data.set(bytes.subarray(k * channels, (k + 1) * channels), k * (channels + 1));
    data[k * (channels + 1) + channels] = clear.every((value, c) => values[k * channels + c] === value)
      ? 0
      : 255;
  }
  return { channels: channels === 3 ? 4 : 2, data };
}
