import { FormatError } from '../errors/index.ts';
import type { Node } from '../graph/node.ts';
import { type Network, weightsOf } from '../nn/network/network.ts';
import { weightPaths } from '../nn/network/weights.ts';
import { type JsonObject, parseJson } from './json.ts';
import { compileConfig } from './keras-compile-config.ts';
import { compileFromConfig } from './keras-compile-reader.ts';
import { networkConfig, writtenLayers } from './keras-model-config.ts';
import { networkFromConfig } from './keras-model-network.ts';
import { decodeSafetensors, encodeSafetensors, type Safetensors } from './safetensors.ts';
import type { SavedModel, SavedTraining } from './saved-model.ts';
import { type StoredArray, toFloat32 } from './stored-array.ts';
import { readState, wholeNumber, writeState } from './training-state.ts';

/** Key of the metadata that holds what is no tensor, as JSON. */
const METADATA = 'atrous';
const VERSION = 1;

const weightKey = (path: string): string => `weights/${path}`;
const slotKey = (path: string, slot: string): string => `optimizer/${path}/${slot}`;

/**
 * A model as safetensors: all weights and internal state, the state of the optimiser, and in the metadata the
 * config, the seed and where the training stands, so that a resumed training gives the same bits.
 * @throws {UnsupportedError} for functions of the user among activations, losses and metrics
 */
export function encodeNativeModel({ network, seed, values, training, metadata }: SavedModel): Uint8Array {
  const tensors = new Map<string, StoredArray>();
  for (const [weight, path] of weightPaths(network)) {
    tensors.set(weightKey(path), { dtype: 'f32', shape: weight.shape, data: values.get(weight.variable)! });
    for (const [slot, data] of Object.entries(training?.slots.get(weight.variable) ?? {})) {
      tensors.set(slotKey(path, slot), { dtype: 'f32', shape: weight.shape, data });
    }
  }
  const state = training && writeState(training.state);
  for (const [key, array] of state?.tensors ?? []) tensors.set(key, array);
  const content = {
    version: VERSION,
    seed,
    network: networkConfig(network, writtenLayers(network, false)),
    ...(training && {
      compile: compileConfig(network, training.objectives, training.optimizer),
      state: state!.json,
    }),
    ...(metadata && Object.keys(metadata).length > 0 && { metadata }),
  };
  return encodeSafetensors(
    tensors,
    new Map([
      ['format', 'atrous'],
      [METADATA, JSON.stringify(content)],
    ]),
  );
}

/**
 * Reads a model that `encodeNativeModel` wrote.
 * @throws {FormatError}
 */
export function decodeNativeModel(bytes: Uint8Array, source: string): SavedModel {
  const file = decodeSafetensors(bytes, source);
  const content = metadataOf(file, source);
  const { network } = networkFromConfig(content.network, source);
  const values = new Map<Node, Float32Array>();
  for (const [weight, path] of weightPaths(network)) {
    values.set(weight.variable, tensorOf(file, weightKey(path), weight.shape, source));
  }
  return {
    network,
    seed: wholeNumber(content.seed, 'seed', source),
    values,
    metadata: textsOf(content.metadata ?? {}, source),
    training: trainingOf(content, file, network, source),
  };
}

function trainingOf(
  content: Readonly<Record<string, unknown>>,
  file: Safetensors,
  network: Network,
  source: string,
): SavedTraining | undefined {
  const compiled = compileFromConfig(content.compile, network, source);
  if (!compiled) return undefined;
  const paths = weightPaths(network);
  const trained = weightsOf(network).filter((weight) => weight.trainable);
  const slots = new Map(
    trained.map((weight) => [
      weight.variable,
      Object.fromEntries(
        compiled.optimizer.slots.map((slot) => [
          slot,
          tensorOf(file, slotKey(paths.get(weight)!, slot), weight.shape, source),
        ]),
      ),
    ]),
  );
  return { ...compiled, slots, state: readState(content.state, file.tensors, source) };
}

function textsOf(given: unknown, source: string): Readonly<Record<string, string>> {
  const entries = typeof given === 'object' && given !== null ? Object.entries(given) : [['', given]];
  if (entries.every(([, text]) => typeof text === 'string')) return Object.fromEntries(entries);
  throw new FormatError({ source, problem: 'its metadata are no texts' });
}

function metadataOf(file: Safetensors, source: string): JsonObject {
  const text = file.metadata.get(METADATA);
  if (text === undefined) {
    const advice = 'Expected a file that this library saved';
    throw new FormatError({ source, problem: `its metadata has no entry "${METADATA}"`, advice });
  }
  const content = parseJson(text, `${source}, metadata entry "${METADATA}"`);
  const { version } = content;
  if (version === VERSION) return content;
  throw new FormatError({
    source,
    problem: `it has version ${JSON.stringify(version)}, where ${VERSION} is known`,
  });
}

function tensorOf(file: Safetensors, key: string, shape: readonly number[], source: string): Float32Array {
  const found = file.tensors.get(key);
  if (!found) throw new FormatError({ source, problem: `it has no tensor "${key}"` });
  if (found.shape.join() !== shape.join()) {
    const problem = `tensor "${key}" has shape [${found.shape.join(', ')}], where [${shape.join(', ')}] is needed`;
    throw new FormatError({ source, problem });
  }
  return toFloat32(found);
}
