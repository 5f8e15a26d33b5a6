import { FormatError, UnsupportedError } from '../errors/index.ts';
import type { Image } from './image.ts';

type Decoder = Pick<typeof import('jpeg-js'), 'decode'>;

/** True for bytes that begin as a JPEG file does. */
export const isJpeg = (bytes: Uint8Array): boolean =>
  bytes.length >= 3 && bytes[0] === 0xff && bytes[1] === 0xd8 && bytes[2] === 0xff;

const mostMebibytes = 1024;
/** A block of 8 x 8 pixels takes at least one bit. */
const mostPixelsInByte = 8 * 64;

/**
 * Decodes a JPEG file to red, green and blue, by the package jpeg-js: plain JavaScript, whose pixels are the same on
 * every machine.
 * @param load gives the decoder
 * @throws {UnsupportedError} where jpeg-js is not installed
 * @throws {FormatError} for damaged files and for pictures beyond `maxPixels`
 */
export async function decodeJpeg(
  bytes: Uint8Array,
  source: string,
  maxPixels: number,
  load: () => Promise<Decoder> = loadDecoder,
): Promise<Image> {
  const { decode } = await load();
  const size = frameSize(bytes, source);
  if (size.width * size.height > maxPixels)
    throw new FormatError({
      source,
      problem: `it says that it has ${size.width} x ${size.height} pixels, more than the limit of ${maxPixels}`,
    });
  if (size.width * size.height > bytes.length * mostPixelsInByte)
    throw new FormatError({
      source,
      problem: `its ${bytes.length} bytes cannot hold the ${size.width} x ${size.height} pixels that it names`,
    });
  try {
    const { width, height, data } = decode(bytes, {
      useTArray: true,
      formatAsRGBA: false,
      tolerantDecoding: false,
      maxResolutionInMP: maxPixels / 1e6 + 1,
      maxMemoryUsageInMB: mostMebibytes,
    });
    if (data.length !== width * height * 3) throw new Error('pixels are missing');
    return { width, height, channels: 3, data };
  } catch (cause) {
    const problem = cause instanceof Error ? cause.message : String(cause);
    throw new FormatError({ source, problem: `its JPEG data are damaged (${problem})` }, { cause });
  }
}

async function loadDecoder(): Promise<Decoder> {
  try {
    const module = await import('jpeg-js');
    // A CommonJS module: some loaders give its names only below `default`.
    return 'decode' in module ? module : (module as { readonly default: Decoder }).default;
  } catch (cause) {
    throw new UnsupportedError(
      {
        feature: 'Reading JPEG without the package jpeg-js',
        advice: 'Install it beside Atrous with: npm install jpeg-js',
      },
      { cause },
    );
  }
}

/**
 * Extents of the first frame header, before anything is decoded (ITU-T T.81, B.2.2).
 * @throws {FormatError} where segments do not lead to one
 */
function frameSize(bytes: Uint8Array, source: string): { width: number; height: number } {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  for (let at = 2; at + 9 <= bytes.length; ) {
    if (bytes[at] !== 0xff) break;
    const marker = bytes[at + 1]!;
    if (marker === 0xff) {
      at++;
      continue;
    }
    // SOF0 to SOF15, without DHT, JPG and DAC, which share the range.
    if (marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker)) {
      const [height, width] = [view.getUint16(at + 5), view.getUint16(at + 7)];
      if (width > 0 && height > 0) return { width, height };
      break;
    }
    at += 2 + view.getUint16(at + 2);
  }
  throw new FormatError({ source, problem: 'its JPEG data have no header of a frame' });
}
