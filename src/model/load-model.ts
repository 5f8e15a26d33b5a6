import {
  FileError,
  FormatError,
  InvalidArgumentError,
  knownOptions,
  optionalSignal,
} from '../errors/index.ts';
import type { Hdf5Host } from '../formats/hdf5-content.ts';
import { isHdf5 } from '../formats/hdf5-signature.ts';
import { decodeNativeModel } from '../formats/native-model.ts';
import type { SavedModel } from '../formats/saved-model.ts';
import { loadedState } from './frozen-state.ts';
import { Model } from './model.ts';
import type { EngineOptions } from './stores.ts';

export interface LoadOptions {
  /** Default: threads as `configure` says. */
  readonly engine?: EngineOptions;
  /** Ends a download. Default none. */
  readonly signal?: AbortSignal;
}

interface HostOption {
  /** Where the HDF5 library runs. */
  readonly host?: Hdf5Host;
}

/**
 * A model from the bytes of a `.keras`, a legacy `.h5` or a native file, or from a URL. A model that was compiled is compiled, with
 * the state of its optimiser.
 * @throws {FormatError} if it is no such file {FileError} if it cannot be fetched
 */
export async function loadModel(
  from: Uint8Array | ArrayBuffer | URL | string,
  options: LoadOptions = {},
): Promise<Model> {
  checkLoadOptions(options);
  if (from instanceof ArrayBuffer) return modelFromBytes(new Uint8Array(from), 'the given bytes', options);
  if (from instanceof Uint8Array) return modelFromBytes(from, 'the given bytes', options);
  return modelFromUrl(from, options);
}

/** @throws {InvalidArgumentError} */
export function checkLoadOptions(options: LoadOptions): void {
  const place = { call: 'loadModel' };
  knownOptions(options, ['engine', 'signal'], place);
  optionalSignal(options.signal, place);
}

/** A model from a URL; a relative one begins at the page. */
export async function modelFromUrl(from: URL | string, options: LoadOptions & HostOption): Promise<Model> {
  const url = from instanceof URL ? from : urlOf(from);
  return modelFromBytes(await fetched(url, options.signal), url.href, options);
}

function urlOf(from: unknown): URL {
  if (typeof from === 'string' && from !== '') {
    const base = globalThis.location?.href;
    const url = URL.canParse(from, base) ? new URL(from, base) : undefined;
    if (url) return url;
  }
  const expected = 'a URL, or the bytes of a file';
  throw new InvalidArgumentError({ call: 'loadModel', argument: 'from', expected, received: from });
}

async function fetched(url: URL, signal: AbortSignal | undefined): Promise<Uint8Array> {
  const fail = (problem: string, cause?: unknown): never => {
    throw new FileError({ action: 'download', path: url.href, problem }, { cause });
  };
  let response: Response;
  try {
    response = await fetch(url, { signal });
  } catch (cause) {
    signal?.throwIfAborted();
    return fail(cause instanceof Error ? cause.message : String(cause), cause);
  }
  if (!response.ok) return fail(`the server answered ${response.status} ${response.statusText}`.trim());
  return bytesOfBody(response, fail);
}

/** As `readFile` of the file system has it. */
const mostFileBytes = 2 ** 31;

/** A server may send without end. */
async function bytesOfBody(response: Response, fail: (problem: string) => never): Promise<Uint8Array> {
  const tooLarge = `it has more than the limit of ${mostFileBytes} bytes`;
  if (Number(response.headers.get('content-length') ?? 0) > mostFileBytes) fail(tooLarge);
  if (!response.body) return new Uint8Array(await response.arrayBuffer());
  const pieces: Uint8Array[] = [];
  let size = 0;
  for await (const piece of response.body as unknown as AsyncIterable<Uint8Array>) {
    size += piece.length;
    if (size > mostFileBytes) fail(tooLarge);
    pieces.push(piece);
  }
  const bytes = new Uint8Array(size);
  let offset = 0;
  for (const piece of pieces) {
    bytes.set(piece, offset);
    offset += piece.length;
  }
  return bytes;
}

/** A model from the bytes of a file; `source` names it in errors. */
export async function modelFromBytes(
  bytes: Uint8Array,
  source: string,
  options: LoadOptions & HostOption = {},
): Promise<Model> {
  // A zip file begins with "PK", a safetensors file with the length of its header.
  const isZip = bytes[0] === 0x50 && bytes[1] === 0x4b;
  const host = options.host ?? (isZip || isHdf5(bytes) ? await pageHost() : undefined);
  let saved: SavedModel;
  if (!isZip && !isHdf5(bytes)) refuseStrange(bytes, source);
  // What reads the files of Keras is loaded where there is one: a page that serves safetensors does without.
  if (isZip) {
    const { decodeKerasModel } = await import('../formats/keras-model.ts');
    saved = await decodeKerasModel(bytes, source, { host });
  } else if (isHdf5(bytes)) {
    const { decodeLegacyModel } = await import('../formats/legacy-model.ts');
    saved = await decodeLegacyModel(bytes, source, { host });
  } else saved = decodeNativeModel(bytes, source);
  return modelOf(saved, options.engine);
}

/** Where the header of a safetensors file begins, and the byte that must stand there. */
const headerStart = 8;
const openingBrace = 0x7b;

function refuseStrange(bytes: Uint8Array, source: string): void {
  if (bytes.length > headerStart && bytes[headerStart] === openingBrace) return;
  const problem =
    bytes.length === 0
      ? 'it is empty'
      : 'it is no file of a model: by its first bytes neither a .keras, nor an .h5, nor a .safetensors file';
  throw new FormatError({ source, problem });
}

let workers: Hdf5Host | undefined;

/** A page reads HDF5 in a worker, so that a hostile file can neither stop it nor fill its memory. */
async function pageHost(): Promise<Hdf5Host | undefined> {
  if (typeof Worker !== 'function') return undefined;
  const { PageHdf5 } = await import('../formats/web-hdf5.ts');
  workers ??= new PageHdf5();
  return workers;
}

function modelOf(
  { network, seed, values, training, metadata }: SavedModel,
  engine: EngineOptions | undefined,
): Model {
  const model = new Model(network, { seed, engine }, 'loadModel');
  const { store } = model.trainer;
  for (const [variable, data] of values) store.set(variable, data);
  Object.assign(model.metadata, metadata);
  if (!training) return model;
  const { objectives, optimizer, slots, state } = training;
  model.compile({
    optimizer,
    loss: objectives.map(({ loss }) => loss),
    metrics: objectives.map(({ metrics }) => metrics),
    weightedMetrics: objectives.map(({ weightedMetrics = [] }) => weightedMetrics),
    lossWeights: objectives.map(({ weight }) => weight),
  });
  const own = model.trainer.compilation!.optimizer;
  for (const weight of own.weights) {
    for (const [slot, variable] of Object.entries(own.slotsOf(weight))) {
      store.set(variable, slots.get(weight.variable)![slot]!);
    }
  }
  Object.assign(model.trainingState, loadedState(state));
  return model;
}
