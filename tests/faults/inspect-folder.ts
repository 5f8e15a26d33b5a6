import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readKerasArchive } from '../../src/formats/keras-archive.ts';
import { decodeNativeModel } from '../../src/formats/native-model.ts';
import { decodeNpy } from '../../src/formats/npy.ts';
import { decodeSafetensors } from '../../src/formats/safetensors.ts';
import { openZip } from '../../src/formats/zip.ts';

/** Names below a folder that are no temporary files: those have the form `.name.pid.n.tmp`. */
export const filesBelow = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !/^\..*\.\d+\.\d+\.tmp$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();

/** Reads a file as far as its kind goes. @throws where it is torn */
export function parse(path: string, bytes: Uint8Array): void {
  const text = (): string => new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  if (path.endsWith('.safetensors')) decodeNativeModel(bytes, path);
  else if (path.endsWith('.npy')) decodeNpy(bytes, path);
  else if (path.endsWith('.keras')) readMembers(path, bytes);
  else if (path.endsWith('.json')) JSON.parse(text());
  else if (path.endsWith('.jsonl')) for (const line of linesOf(path, text())) JSON.parse(line);
  else if (path.endsWith('.csv')) {
    const rows = linesOf(path, text()).map((line) => line.split(',').length);
    if (new Set(rows).size > 1) throw new Error(`${path} has rows of ${rows.join(', ')} values`);
  } else if (path.includes('tfevents')) readRecords(path, bytes);
  else throw new Error(`${path} is a file that nobody expects`);
}

function readMembers(path: string, bytes: Uint8Array): void {
  const archive = openZip(bytes, path);
  for (const name of archive.names) archive.read(name);
}

function linesOf(path: string, text: string): string[] {
  if (text !== '' && !text.endsWith('\n')) throw new Error(`${path} ends in the middle of a line`);
  return text.split('\n').slice(0, -1);
}

/** Lengths of TFRecords; the last record may be cut off, which TensorBoard passes over. */
function readRecords(path: string, bytes: Uint8Array): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  for (let at = 0; at + 12 <= bytes.length; ) {
    const length = Number(view.getBigUint64(at, true));
    if (length > 2 ** 30) throw new Error(`${path} has a record of ${length} bytes at ${at}`);
    at += 16 + length;
  }
}

/** Everything in a folder that must not depend on what happened to the process. */
export async function fingerprint(folder: string): Promise<Record<string, unknown>> {
  const read = (name: string): Uint8Array => readFileSync(join(folder, name));
  const hash = (bytes: Uint8Array | string): string => createHash('sha256').update(bytes).digest('hex');
  const states = ['model.safetensors', 'best.safetensors'].map((name) => {
    const { tensors } = decodeSafetensors(read(name), name);
    const sum = createHash('sha256');
    for (const key of [...tensors.keys()].sort()) sum.update(key).update(bytesOf(tensors.get(key)!.data));
    const { step, epoch, epochStart } = decodeNativeModel(read(name), name).training!.state;
    return { name, tensors: sum.digest('hex'), step, epoch, epochStart };
  });
  const { epoch, history, bestEpoch, seed, batchSize } = JSON.parse(
    new TextDecoder().decode(read('history.json')),
  ) as Record<string, unknown>;
  return {
    states,
    history: { epoch, history, bestEpoch, seed, batchSize },
    keras: await contentOf(read('model.keras')),
    sample: hash(read('sample.npy')),
    csv: new TextDecoder().decode(read('log.csv')),
    log: new TextDecoder().decode(read('log.jsonl')),
  };
}

/** HDF5 writes times: what counts is what a reader gets. */
async function contentOf(bytes: Uint8Array): Promise<unknown> {
  const { metadata, config, weights } = await readKerasArchive(bytes, 'model.keras');
  const sum = createHash('sha256');
  for (const key of [...weights.arrays.keys()].sort())
    sum.update(key).update(bytesOf(weights.arrays.get(key)!.data));
  return { metadata, config, weights: sum.digest('hex') };
}

const bytesOf = (data: ArrayBufferView): Uint8Array =>
  new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
