import { FormatError } from '../errors/index.ts';
import { type Hdf5Options, readHdf5, writeHdf5 } from './hdf5.ts';
import type { Hdf5Content } from './hdf5-content.ts';
import { type JsonObject, parseJson } from './json.ts';
import { stringifyFloats } from './json-floats.ts';
import { encodeZip, openZip } from './zip.ts';

/** The three members of a `.keras` file of Keras 3. */
export interface KerasArchive {
  /** `keras_version` and `date_saved`. */
  readonly metadata: JsonObject;
  /** The model's class, its layers, and how it was compiled. */
  readonly config: JsonObject;
  /** `layers/NAME/vars/0`, `optimizer/vars/0` and so on. */
  readonly weights: Hdf5Content;
}

const metadataName = 'metadata.json';
const configName = 'config.json';
const weightsName = 'model.weights.h5';
const mostJsonBytes = 2 ** 24;

/**
 * Opens a `.keras` file. Nothing in it is executed or interpreted here: config and weights are handed over as data.
 * Limits: those of `openZip`, `parseJson` and `readHdf5`; 16 MiB for each of the two JSON members.
 * @param source names the file in errors
 * @throws {FormatError} where it is no such archive, or a part of it is damaged or beyond the limits
 */
export async function readKerasArchive(
  bytes: Uint8Array,
  source: string,
  options: Hdf5Options = {},
): Promise<KerasArchive> {
  const archive = openZip(bytes, source);
  if (!archive.names.includes(weightsName))
    throw new FormatError({
      source,
      problem: `it has no member ${weightsName}`,
      advice: 'Expected a .keras file of Keras 3',
    });
  const metadata = parseMember(archive.read(metadataName), `${source}, member ${metadataName}`);
  const config = parseMember(archive.read(configName), `${source}, member ${configName}`);
  const weights = await readHdf5(archive.read(weightsName), `${source}, member ${weightsName}`, options);
  return { metadata, config, weights };
}

/**
 * Writes a `.keras` file.
 * @throws {InvalidArgumentError} for weights that HDF5 cannot hold
 */
export async function writeKerasArchive(
  archive: KerasArchive,
  options: Pick<Hdf5Options, 'host'> = {},
): Promise<Uint8Array> {
  const encode = (value: JsonObject): Uint8Array => new TextEncoder().encode(stringifyFloats(value));
  return encodeZip(
    new Map([
      [metadataName, encode(archive.metadata)],
      [configName, encode(archive.config)],
      [weightsName, await writeHdf5(archive.weights, options)],
    ]),
  );
}

function parseMember(bytes: Uint8Array, source: string): JsonObject {
  if (bytes.length > mostJsonBytes)
    throw new FormatError({
      source,
      problem: `it has ${bytes.length} bytes, more than the limit of ${mostJsonBytes}`,
    });
  return parseJson(bytes, source);
}
