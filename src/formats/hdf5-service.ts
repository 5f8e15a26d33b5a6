import type { Hdf5Reply, Hdf5Request } from './hdf5-content.ts';
import type { Hdf5Library } from './hdf5-program.ts';

/** What a worker sends back; a spent one may not be asked again. */
export interface Hdf5Answer {
  readonly reply: Hdf5Reply;
  readonly spent: boolean;
}

/**
 * Answers requests in a worker of its own. The memory of the library may grow by 32 MiB, the bytes of the file and
 * what it may unpack to, so that lengths in a damaged file take no more. Like `runHdf5` it refers to nothing outside
 * itself, since it is sent to workers as text.
 */
export function hdf5Service(
  library: Hdf5Library,
  run: (library: Hdf5Library, request: Hdf5Request) => Hdf5Reply,
  unpackedLimit: (bytes: number, maxBytes: number) => number,
): (request: Hdf5Request) => Hdf5Answer {
  const allowance = 2 ** 25;
  const largestHeap = 2 ** 26;
  /** Bounds what damaged files make the library leak. */
  const mostRequests = 500;
  const pageBytes = 2 ** 16;
  const prototype = WebAssembly.Memory.prototype;
  const grow = prototype.grow;
  let most = Number.POSITIVE_INFINITY;
  let requests = 0;
  prototype.grow = function limited(this: WebAssembly.Memory, pages: number): number {
    if (this.buffer.byteLength + pages * pageBytes > most) throw new RangeError('more memory than allowed');
    return grow.call(this, pages);
  };
  return (request) => {
    const heap = library.Module.HEAPU8.length;
    if (request.kind === 'read') {
      const { length } = request.bytes;
      most = heap + allowance + length + unpackedLimit(length, request.limits.maxBytes);
    } else most = Number.POSITIVE_INFINITY;
    const reply = run(library, request);
    const broken = reply.kind === 'problem' && reply.broken;
    return {
      reply,
      spent: broken || ++requests >= mostRequests || library.Module.HEAPU8.length > largestHeap,
    };
  };
}

/** Buffers of an answer that need not be copied on their way to another thread. */
export function buffersOf({ reply }: Hdf5Answer): ArrayBuffer[] {
  if (reply.kind === 'written') return [reply.bytes.buffer as ArrayBuffer];
  if (reply.kind !== 'read') return [];
  return [...reply.content.arrays.values()].map(({ data }) => data.buffer as ArrayBuffer);
}
