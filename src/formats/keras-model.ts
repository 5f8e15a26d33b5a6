import { FormatError, UnsupportedError } from '../errors/index.ts';
import type { Node } from '../graph/node.ts';
import type { Weight } from '../nn/layers/layer.ts';
import { snakeCase } from '../nn/naming.ts';
import { type Network, weightsOf } from '../nn/network/network.ts';
import type { Optimizer } from '../nn/optimizers/optimizer.ts';
import { isKerasSchedule, isSchedule } from '../nn/schedules/get-schedule.ts';
import type { Hdf5Options } from './hdf5.ts';
import type { Hdf5Attribute, Hdf5Content } from './hdf5-content.ts';
import { asFloats } from './json-floats.ts';
import { readKerasArchive, writeKerasArchive } from './keras-archive.ts';
import { compileConfig } from './keras-compile-config.ts';
import { compileFromConfig } from './keras-compile-reader.ts';
import { networkConfig, type WrittenLayer, writtenLayers } from './keras-model-config.ts';
import { networkFromConfig, type ReadNetwork } from './keras-model-network.ts';
import type { SavedModel, SavedTraining } from './saved-model.ts';
import { type StoredArray, toFloat32 } from './stored-array.ts';
import { freshState, wholeNumber } from './training-state.ts';

/** The release of Keras whose files these are. */
const KERAS_VERSION = '3.15.1';
/** A fixed date, so that equal models give equal bytes. */
const DATE_SAVED = '1980-01-01@00:00:00';

/** The folder of each layer: its class in snake_case, numbered from the second on. */
function folders(): (className: string) => string {
  const counts = new Map<string, number>();
  return (className) => {
    const base = snakeCase(className);
    const count = counts.get(base) ?? 0;
    counts.set(base, count + 1);
    return `layers/${count === 0 ? base : `${base}_${count}`}`;
  };
}

/** Slots in the order of a file: group after group, those of one group side by side for each weight. */
function slotOrder(optimizer: Optimizer, weights: readonly Weight[]): { weight: Weight; slot: string }[] {
  const groups = optimizer.slotGroups ?? optimizer.slots.map((slot) => [slot]);
  return groups.flatMap((group) => weights.flatMap((weight) => group.map((slot) => ({ weight, slot }))));
}

const trainedWeights = (network: Network): Weight[] =>
  weightsOf(network).filter((weight) => weight.trainable);

/**
 * A model as a `.keras` file that Keras 3 opens: config, weights, and the state of the optimiser where the model was
 * compiled. Seeds, epochs and the shifts of batch normalisations have no place in it.
 * @throws {UnsupportedError} for functions of the user among activations, losses and metrics, and for schedules that
 * Keras does not have
 */
export function encodeKerasModel(
  { network, values, training }: SavedModel,
  options: Pick<Hdf5Options, 'host'> = {},
): Promise<Uint8Array> {
  const layers = writtenLayers(network, true);
  const arrays = new Map<string, StoredArray>();
  const groups = new Set<string>();
  const attributes = new Map<string, ReadonlyMap<string, Hdf5Attribute>>();
  const folder = (path: string, name: string): void => {
    groups.add(path);
    attributes.set(path, new Map([['name', name]]));
  };
  const writeLayers = (own: Network, list: readonly WrittenLayer[], inside: string): void => {
    const folderOf = folders();
    for (const layer of list) {
      // Keras keeps the input layer of a chain out of its list of layers.
      if (own.kind === 'sequential' && layer.className === 'InputLayer') continue;
      const path = `${inside}${folderOf(layer.className)}`;
      folder(`${path}/vars`, layer.name);
      if (layer.nested) writeLayers(layer.nested.network, layer.nested.layers, `${path}/`);
      for (const [k, { shape, variable }] of layer.weights.entries()) {
        arrays.set(`${path}/vars/${k}`, { dtype: 'f32', shape, data: values.get(variable)! });
      }
    }
  };
  writeLayers(network, layers, '');
  folder('vars', network.name);
  if (training) writeOptimizer(network, training, arrays, folder);
  const config = {
    ...networkConfig(network, layers),
    ...(training && { compile_config: compiledConfig(network, training) }),
  };
  const metadata = { keras_version: KERAS_VERSION, date_saved: DATE_SAVED };
  return writeKerasArchive({ metadata, config, weights: { arrays, groups, attributes } }, options);
}

function compiledConfig(network: Network, training: SavedTraining): object {
  if ('exclude_from_weight_decay' in training.optimizer.getConfig()) {
    throw new UnsupportedError({
      feature: "Saving excludeFromWeightDecay, for which Keras's files have no place,",
      advice: 'Save as .safetensors, or with includeOptimizer: false',
    });
  }
  const config = compileConfig(network, training.objectives, training.optimizer);
  const { optimizer, loss, metrics, weighted_metrics } = config;
  return { ...config, ...(asFloats({ optimizer, loss, metrics, weighted_metrics }) as object) };
}

function writeOptimizer(
  network: Network,
  { optimizer, slots, state }: SavedTraining,
  arrays: Map<string, StoredArray>,
  folder: (path: string, name: string) => void,
): void {
  const path = 'optimizer/vars';
  folder(path, optimizer.className.toLowerCase());
  const rate = optimizer.learningRate;
  if (isSchedule(rate) && !isKerasSchedule(rate)) {
    throw new UnsupportedError({
      feature: `Saving the schedule "${rate.className}", which Keras does not have,`,
      advice: 'Save as .safetensors, or with includeOptimizer: false',
    });
  }
  const list: StoredArray[] = [
    { dtype: 'i64', shape: [], data: BigInt64Array.of(BigInt(state.step)) },
    ...(isSchedule(rate) ? [] : [{ dtype: 'f32', shape: [], data: Float32Array.of(rate) } as const]),
    ...slotOrder(optimizer, trainedWeights(network)).map(
      ({ weight, slot }): StoredArray => ({
        dtype: 'f32',
        shape: weight.shape,
        data: slots.get(weight.variable)![slot]!,
      }),
    ),
    ...(optimizer.storedScalarsAt?.(state.step) ?? []).map(
      (value): StoredArray => ({ dtype: 'f32', shape: [], data: Float32Array.of(value) }),
    ),
  ];
  for (const [k, array] of list.entries()) arrays.set(`${path}/${k}`, array);
}

/**
 * Reads a `.keras` file of Keras 3 with layers that are known here.
 * @throws {FormatError}
 */
export async function decodeKerasModel(
  bytes: Uint8Array,
  source: string,
  options: Hdf5Options = {},
): Promise<SavedModel> {
  const archive = await readKerasArchive(bytes, source, options);
  const read = networkFromConfig(archive.config, source);
  const { network } = read;
  const values = readWeights(read, archive.weights, source);
  const compiled = compileFromConfig(archive.config.compile_config, network, source);
  const training = compiled && {
    ...compiled,
    ...readOptimizer(network, compiled.optimizer, archive.weights, source),
  };
  return { network, seed: 0, values, training };
}

function readWeights(
  { network, layers, nested }: ReadNetwork,
  weights: Hdf5Content,
  source: string,
  inside = '',
): Map<Node, Float32Array> {
  const values = new Map<Node, Float32Array>();
  const folderOf = folders();
  for (const layer of layers) {
    if (network.kind === 'sequential' && layer.className === 'InputLayer') continue;
    const path = `${inside}${folderOf(layer.className)}`;
    const model = nested.get(layer);
    if (model) {
      for (const [node, data] of readWeights(model, weights, source, `${path}/`)) values.set(node, data);
      continue;
    }
    const own = layer.weights.filter((weight) => !weight.internal);
    for (const [k, weight] of own.entries()) {
      const name = `${weight.name} of layer "${layer.name}"`;
      values.set(weight.variable, arrayAt(weights, `${path}/vars/${k}`, weight.shape, name, source));
    }
    const mean = own.find((weight) => weight.name === 'moving_mean');
    const shift = layer.weights.find((weight) => weight.name === 'shift' && weight.internal);
    if (mean && shift) values.set(shift.variable, values.get(mean.variable)!.slice());
  }
  return values;
}

/** The state of an optimizer, from `optimizer/vars`. */
export function readOptimizer(
  network: Network,
  optimizer: Optimizer,
  weights: Hdf5Content,
  source: string,
): Pick<SavedTraining, 'slots' | 'state'> {
  const path = 'optimizer/vars';
  const trained = trainedWeights(network);
  const slots = new Map<Node, Record<string, Float32Array>>(trained.map((weight) => [weight.variable, {}]));
  const steps = weights.arrays.get(`${path}/0`);
  let next = 1;
  if (!isSchedule(optimizer.learningRate)) {
    const rate = weights.arrays.get(`${path}/${next++}`);
    if (rate?.data.length === 1) optimizer.learningRate = Number(rate.data[0]);
  }
  for (const { weight, slot } of slotOrder(optimizer, trained)) {
    const { shape, variable } = weight;
    const name = `${slot} of ${weight.name} of layer "${weight.layer.name}"`;
    // A model that was compiled and never trained has no slots in its file.
    slots.get(variable)![slot] = weights.arrays.has(`${path}/${next}`)
      ? arrayAt(weights, `${path}/${next}`, shape, name, source)
      : new Float32Array(shape.reduce((product, n) => product * n, 1)).fill(
          optimizer.initialSlots?.[slot] ?? 0,
        );
    next++;
  }
  const step = steps ? wholeNumber(Number(steps.data[0]), 'number of steps', source) : 0;
  return { slots, state: { ...freshState, step, epochStart: step } };
}

/** A weight of a file as float32, of this shape. @throws {FormatError} */
export function arrayAt(
  { arrays }: Hdf5Content,
  path: string,
  shape: readonly number[],
  name: string,
  source: string,
): Float32Array {
  const found = arrays.get(path);
  if (!found) throw new FormatError({ source, problem: `it has no ${name} (expected at ${path})` });
  if (found.shape.join() === shape.join()) return toFloat32(found);
  const problem = `the ${name} has shape [${found.shape.join(', ')}], where [${shape.join(', ')}] is needed`;
  throw new FormatError({ source, problem });
}
