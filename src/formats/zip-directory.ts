import { FormatError } from '../errors/index.ts';

/** What the central directory of a zip archive says about a file. */
export interface ZipMember {
  readonly name: string;
  /** 0 stored, 8 deflated. */
  readonly method: number;
  readonly crc: number;
  readonly packedSize: number;
  readonly size: number;
  /** Of the local header. */
  readonly offset: number;
}

const endMagic = 0x06054b50;
const endBytes = 22;
const mostComment = 0xffff;
const entryMagic = 0x02014b50;
const entryBytes = 46;
const encrypted = 1;
const inZip64 = 0xffffffff;
const mostNameBytes = 1024;
/** Deflate cannot exceed about 1,032. */
const mostRatio = 1100;

/** Why a name cannot be that of a member, or undefined where it can. */
export function nameProblem(name: string): string | undefined {
  if (name === '' || name.includes('\0')) return 'is empty or holds a zero';
  if (name.startsWith('/') || name.includes('\\') || /^[a-z]:/i.test(name)) return 'is no relative path';
  if (name.split('/').some((part) => part === '..' || part === '.')) return 'leads out of the archive';
  return undefined;
}

/**
 * The files of a zip archive (APPNOTE 6.3: the end record, then the central directory that it points to).
 * @throws {FormatError}
 */
export function readDirectory(bytes: Uint8Array, source: string, maxMembers: number): ZipMember[] {
  const fail = (problem: string): never => {
    throw new FormatError({ source, problem });
  };
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const end = findEnd(view);
  if (end === undefined) return fail('it is no zip archive, or its end is missing');
  const count = view.getUint16(end + 10, true);
  const directoryBytes = view.getUint32(end + 12, true);
  let position = view.getUint32(end + 16, true);
  if (view.getUint16(end + 4, true) !== 0 || view.getUint16(end + 8, true) !== count)
    fail('it is one part of an archive of several');
  if (position === inZip64 || directoryBytes === inZip64 || count === 0xffff)
    fail('archives of 4 GiB or more are not supported');
  if (count > maxMembers) fail(`it has ${count} members, more than the limit of ${maxMembers}`);
  if (position + directoryBytes !== end) fail('its directory is not where its end says');

  const members = new Map<string, ZipMember>();
  const decoder = new TextDecoder('utf-8', { fatal: true });
  for (let k = 0; k < count; k++) {
    if (position + entryBytes > end || view.getUint32(position, true) !== entryMagic)
      fail(`entry ${k} of its directory is damaged`);
    const nameBytes = view.getUint16(position + 28, true);
    const next =
      position +
      entryBytes +
      nameBytes +
      view.getUint16(position + 30, true) +
      view.getUint16(position + 32, true);
    if (next > end || nameBytes > mostNameBytes) fail(`entry ${k} of its directory is damaged`);
    let name = '';
    try {
      name = decoder.decode(bytes.subarray(position + entryBytes, position + entryBytes + nameBytes));
    } catch {
      fail(`the name of member ${k} is not UTF-8`);
    }
    const shown = JSON.stringify(name.slice(0, 80));
    const problem = nameProblem(name);
    if (problem) fail(`the name ${shown} of member ${k} ${problem}`);
    if (view.getUint16(position + 8, true) & encrypted) fail(`member ${shown} is encrypted`);
    const member: ZipMember = {
      name,
      method: view.getUint16(position + 10, true),
      crc: view.getUint32(position + 16, true),
      packedSize: view.getUint32(position + 20, true),
      size: view.getUint32(position + 24, true),
      offset: view.getUint32(position + 42, true),
    };
    if (member.packedSize > bytes.length || member.size > mostRatio * member.packedSize)
      fail(
        `member ${shown} has sizes that cannot be (${member.packedSize} bytes packed, ${member.size} unpacked)`,
      );
    if (members.has(name)) fail(`two members have the name ${shown}`);
    if (!name.endsWith('/')) members.set(name, member);
    position = next;
  }
  if (position !== end) fail('its directory has bytes that belong to no member');
  return [...members.values()];
}

/** The end record is the last whose comment reaches exactly to the end of the file. */
function findEnd(view: DataView): number | undefined {
  const last = view.byteLength - endBytes;
  for (let position = last; position >= Math.max(0, last - mostComment); position--) {
    if (view.getUint32(position, true) !== endMagic) continue;
    if (position + endBytes + view.getUint16(position + 20, true) === view.byteLength) return position;
  }
  return undefined;
}
