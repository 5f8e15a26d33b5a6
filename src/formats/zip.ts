import { inflateSync, type Zippable, zipSync } from 'fflate';
import { crc32 } from '../data/crc32.ts';
import { FormatError, InvalidArgumentError } from '../errors/index.ts';
import { nameProblem, readDirectory, type ZipMember } from './zip-directory.ts';

export interface ZipLimits {
  /** Most members. Default 1,000. */
  readonly maxMembers?: number;
  /** Most bytes of all members together, unpacked. Default 2 GiB. */
  readonly maxBytes?: number;
}

const defaultMaxMembers = 1000;
const defaultMaxBytes = 2 ** 31;
const stored = 0;
const deflated = 8;
const localHeaderBytes = 30;
const localMagic = 0x04034b50;

/** Members of one archive by name. */
export interface ZipArchive {
  /** Names in the order of the directory; folders are left out. */
  readonly names: readonly string[];
  /**
   * Unpacks a member.
   * @throws {FormatError} if there is none, or its data are damaged
   */
  read(name: string): Uint8Array;
}

/**
 * Opens a zip archive that is wholly in memory; its directory is checked at once, the members when they are read.
 * @param source names the file in errors
 * @throws {FormatError} for a damaged directory, members beyond the limits, names that lead out of the archive or
 * occur twice, encryption, archives of several parts and of 4 GiB or more
 */
export function openZip(bytes: Uint8Array, source: string, limits: ZipLimits = {}): ZipArchive {
  const { maxMembers = defaultMaxMembers, maxBytes = defaultMaxBytes } = limits;
  const all = readDirectory(bytes, source, maxMembers);
  const total = all.reduce((sum, member) => sum + member.size, 0);
  if (total > maxBytes)
    throw new FormatError({
      source,
      problem: `its members unpack to ${total} bytes, more than the limit of ${maxBytes}`,
    });
  const members = new Map(all.map((member) => [member.name, member]));
  return {
    names: [...members.keys()],
    read(name) {
      const member = members.get(name);
      if (!member) throw new FormatError({ source, problem: `it has no member "${name}"` });
      return unpack(bytes, member, source);
    },
  };
}

/**
 * Packs members without compression (weights hardly shrink, and every reader can seek in them) and with a fixed
 * date, so that equal contents give equal bytes.
 * @throws {InvalidArgumentError} for names that `openZip` would refuse
 */
export function encodeZip(members: ReadonlyMap<string, Uint8Array>): Uint8Array {
  const files: Zippable = {};
  for (const [name, bytes] of members) {
    const problem = nameProblem(name);
    if (problem || name === '__proto__')
      throw new InvalidArgumentError({ argument: 'members', expected: 'names of files', received: name });
    files[name] = [bytes, { level: 0 }];
  }
  // fflate reads the local date: midday of any time zone is within the years that zip can express.
  return zipSync(files, { level: 0, mtime: new Date(1980, 0, 1, 12) });
}

function unpack(bytes: Uint8Array, member: ZipMember, source: string): Uint8Array {
  const fail = (problem: string, cause?: unknown): never => {
    throw new FormatError({ source, problem: `member "${member.name}" ${problem}` }, { cause });
  };
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const { offset, packedSize, size, method } = member;
  if (offset + localHeaderBytes > bytes.length || view.getUint32(offset, true) !== localMagic)
    fail('has no header where the directory says');
  // The local header may have another extra field than the directory; sizes are the directory's.
  const start =
    offset + localHeaderBytes + view.getUint16(offset + 26, true) + view.getUint16(offset + 28, true);
  if (start + packedSize > bytes.length) fail('is truncated');
  const packed = bytes.subarray(start, start + packedSize);
  let unpacked: Uint8Array;
  if (method === stored) {
    if (size !== packedSize) fail('has two sizes');
    unpacked = new Uint8Array(packed);
  } else if (method === deflated) {
    try {
      unpacked = inflateSync(packed, { out: new Uint8Array(size) });
    } catch (cause) {
      return fail('is damaged', cause);
    }
  } else return fail(`is compressed by the unknown method ${method}`);
  if (unpacked.length !== size || crc32(unpacked) !== member.crc)
    fail('is damaged (length or CRC-32 differ)');
  return unpacked;
}
