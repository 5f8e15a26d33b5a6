import { FormatError } from '../errors/index.ts';
import { crc32 } from './crc32.ts';

/** The header of a PNG file (chunk IHDR). */
export interface PngHeader {
  readonly width: number;
  readonly height: number;
  /** Bits of a channel, or of a palette index. */
  readonly depth: number;
  readonly colour: 'grey' | 'rgb' | 'palette' | 'greyAlpha' | 'rgbAlpha';
  readonly interlaced: boolean;
}

/** What decides about the pixels of a PNG file. */
export interface PngParts {
  readonly header: PngHeader;
  /** The chunks that hold pixels, palette and transparency, whole, in their order. */
  readonly chunks: readonly Uint8Array[];
  /** The pieces of the compressed pixels. */
  readonly compressed: readonly Uint8Array[];
}

export const pngSignature: Uint8Array = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);

const colours: Readonly<Record<number, { colour: PngHeader['colour']; depths: readonly number[] }>> = {
  0: { colour: 'grey', depths: [1, 2, 4, 8, 16] },
  2: { colour: 'rgb', depths: [8, 16] },
  3: { colour: 'palette', depths: [1, 2, 4, 8] },
  4: { colour: 'greyAlpha', depths: [8, 16] },
  6: { colour: 'rgbAlpha', depths: [8, 16] },
};

const mostSide = 2 ** 31 - 1;
const wanted = new Set(['IHDR', 'PLTE', 'tRNS', 'IDAT', 'IEND']);

/**
 * Reads the chunks of a PNG file (W3C PNG, section 5) without unpacking anything: lengths, CRCs, the header. Chunks of
 * text, profiles and animation are left out.
 * @throws {FormatError}
 */
export function readPngChunks(bytes: Uint8Array, source: string): PngParts {
  const fail = (problem: string): never => {
    throw new FormatError({ source, problem });
  };
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const chunks: Uint8Array[] = [];
  const compressed: Uint8Array[] = [];
  let header: PngHeader | undefined;
  for (let at = pngSignature.length, type = ''; type !== 'IEND'; ) {
    if (at + 12 > bytes.length) fail('its PNG data end before their last chunk');
    const length = view.getUint32(at);
    const end = at + 12 + length;
    if (end > bytes.length) fail(`its PNG chunk at byte ${at} is longer than the file`);
    type = String.fromCharCode(...bytes.subarray(at + 4, at + 8));
    if (crc32(bytes.subarray(at + 4, end - 4)) !== view.getUint32(end - 4))
      fail(`the CRC-32 of its PNG chunk at byte ${at} is wrong`);
    const isHeader = type === 'IHDR';
    if (isHeader !== (header === undefined))
      fail('its PNG header is not the first chunk, or not the only one');
    if (isHeader) header = readHeader(bytes.subarray(at + 8, end - 4), fail);
    if (wanted.has(type)) chunks.push(bytes.subarray(at, end));
    // A chunk is critical where bit 5 of the first letter is clear.
    else if ((bytes[at + 4]! & 0x20) === 0) fail(`its PNG chunk at byte ${at} is of an unknown kind`);
    if (type === 'IDAT') compressed.push(bytes.subarray(at + 8, end - 4));
    at = end;
  }
  return { header: header!, chunks, compressed };
}

function readHeader(data: Uint8Array, fail: (problem: string) => never): PngHeader {
  if (data.length !== 13) fail('its PNG header has a wrong length');
  const view = new DataView(data.buffer, data.byteOffset, data.length);
  const [width, height] = [view.getUint32(0), view.getUint32(4)];
  const [depth, type, compression, filter, interlace] = data.subarray(8) as unknown as number[];
  if (![width, height].every((side) => side > 0 && side <= mostSide))
    fail(`its PNG header says that it has ${width} x ${height} pixels`);
  const known = colours[type!];
  if (!known?.depths.includes(depth!))
    return fail(`its PNG header has the colour type ${type} with ${depth} bits`);
  if (compression !== 0 || filter !== 0 || interlace! > 1)
    fail('its PNG header names an unknown method of compression, filtering or interlacing');
  return { width, height, depth: depth!, colour: known.colour, interlaced: interlace === 1 };
}

/** Samples a pixel has in the unpacked data. */
export const storedChannels = ({ colour }: PngHeader): number =>
  ({ grey: 1, palette: 1, greyAlpha: 2, rgb: 3, rgbAlpha: 4 })[colour];

/** Bytes of the unpacked data: each row of each pass begins with the byte that names its filter. */
export function unpackedBytes(header: PngHeader): number {
  const { width, height, depth, interlaced } = header;
  const bits = depth * storedChannels(header);
  const rows = (columns: number, count: number): number =>
    columns > 0 && count > 0 ? count * (1 + Math.ceil((columns * bits) / 8)) : 0;
  if (!interlaced) return rows(width, height);
  // First column and row, steps between columns and rows (W3C PNG, section 8.2).
  const passes = [
    [0, 0, 8, 8],
    [4, 0, 8, 8],
    [0, 4, 4, 8],
    [2, 0, 4, 4],
    [0, 2, 2, 4],
    [1, 0, 2, 2],
    [0, 1, 1, 2],
  ] as const;
  return passes.reduce(
    (sum, [x, y, xStep, yStep]) =>
      sum + rows(Math.ceil((width - x) / xStep), Math.ceil((height - y) / yStep)),
    0,
  );
}
