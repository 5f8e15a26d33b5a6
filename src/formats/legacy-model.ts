import { FormatError } from '../errors/index.ts';
import type { Node } from '../graph/node.ts';
import type { Weight } from '../nn/layers/layer.ts';
import { isSchedule } from '../nn/schedules/get-schedule.ts';
import { type Hdf5Options, readHdf5 } from './hdf5.ts';
import type { Hdf5Attribute, Hdf5Content } from './hdf5-content.ts';
import { type JsonObject, parseJson } from './json.ts';
import { compileFromConfig, type ReadCompile } from './keras-compile-reader.ts';
import { arrayAt, readOptimizer } from './keras-model.ts';
import { networkFromConfig, type ReadNetwork } from './keras-model-network.ts';
import { modernCompile, modernModel } from './legacy-config.ts';
import type { SavedModel, SavedTraining } from './saved-model.ts';
import type { StoredArray } from './stored-array.ts';

const weightsGroup = 'model_weights';
const optimizerGroup = 'optimizer_weights';

/**
 * Reads a whole model that Keras wrote as HDF5: Keras 3 by `model.save('x.h5')`, Keras 2 (TensorFlow 2.x) too. The
 * state of the optimizer is read where Keras 3, or Keras 2 from TensorFlow 2.11 on, wrote it; optimizers of before
 * begin anew. Limits: those of `readHdf5` and `parseJson`.
 * @throws {FormatError} also for files of weights alone, which name no layers
 */
export async function decodeLegacyModel(
  bytes: Uint8Array,
  source: string,
  options: Hdf5Options = {},
): Promise<SavedModel> {
  const content = await readHdf5(bytes, source, options);
  const config = jsonAttribute(content, 'model_config', source);
  if (!config)
    throw new FormatError({
      source,
      problem: 'it has no attribute model_config',
      advice: 'Expected a whole model (model.save), not weights alone (model.save_weights)',
    });
  const read = networkFromConfig(modernModel(config), source);
  const values = readWeights(read, content, source);
  const compileConfig = jsonAttribute(content, 'training_config', source);
  const compiled = compileConfig && compileFromConfig(modernCompile(compileConfig), read.network, source);
  const training = compiled && { ...compiled, ...optimizerState(read, compiled, content, source) };
  return { network: read.network, seed: 0, values, training };
}

function jsonAttribute({ attributes }: Hdf5Content, name: string, source: string): JsonObject | undefined {
  const text = attributes.get('')?.get(name);
  return typeof text === 'string' ? parseJson(text, `${source}, attribute ${name}`) : undefined;
}

/** An attribute of texts; HDF5 holds 64 KiB in one, so that long ones continue in `name0`, `name1`, .... */
function texts({ attributes }: Hdf5Content, path: string, name: string): string[] {
  const own = attributes.get(path);
  const list = (value: Hdf5Attribute | undefined): string[] =>
    ([value].flat() as unknown[]).filter((item) => typeof item === 'string');
  if (own?.has(name)) return list(own.get(name));
  const found: string[] = [];
  for (let k = 0; own?.has(`${name}${k}`); k++) found.push(...list(own.get(`${name}${k}`)));
  return found;
}

/** Keras writes what is trained before what is not. */
const inFileOrder = (weights: readonly Weight[]): Weight[] => {
  const own = weights.filter((weight) => !weight.internal);
  return [...own.filter(({ trainable }) => trainable), ...own.filter(({ trainable }) => !trainable)];
};

function readWeights({ layers }: ReadNetwork, content: Hdf5Content, source: string): Map<Node, Float32Array> {
  const values = new Map<Node, Float32Array>();
  for (const layer of layers) {
    const group = `${weightsGroup}/${layer.name}`;
    const names = texts(content, group, 'weight_names');
    const own = inFileOrder(layer.weights);
    if (names.length !== own.length) {
      const problem = `layer "${layer.name}" has ${names.length} weights there, where ${own.length} are needed`;
      throw new FormatError({ source, problem });
    }
    for (const [k, weight] of own.entries()) {
      const name = `${weight.name} of layer "${weight.layer.name}"`;
      values.set(weight.variable, arrayAt(content, `${group}/${names[k]}`, weight.shape, name, source));
    }
    for (const weight of layer.weights.filter(({ internal, name }) => internal && name === 'shift')) {
      const mean = own.find((each) => each.layer === weight.layer && each.name === 'moving_mean');
      if (mean) values.set(weight.variable, values.get(mean.variable)!.slice());
    }
  }
  return values;
}

/** The state in the places where a `.keras` file has it. */
function optimizerState(
  { network }: ReadNetwork,
  { optimizer }: ReadCompile,
  content: Hdf5Content,
  source: string,
): Pick<SavedTraining, 'slots' | 'state'> {
  const names = texts(content, optimizerGroup, 'weight_names');
  const stored = names.flatMap((name) => content.arrays.get(`${optimizerGroup}/${name}`) ?? []);
  const arrays = new Map<string, StoredArray>();
  const isKnown = /(^|\/)iteration(:0)?$/.test(names[0] ?? '') && stored.length === names.length;
  if (isKnown) {
    const [steps, ...rest] = stored as [StoredArray, ...StoredArray[]];
    const hasRate = /(^|\/)(learning_rate|current_learning_rate)(:0)?$/.test(names[1] ?? '');
    const rate: StoredArray = {
      dtype: 'f32',
      shape: [],
      data: Float32Array.of(Number(optimizer.learningRate)),
    };
    const list = hasRate || isSchedule(optimizer.learningRate) ? [steps, ...rest] : [steps, rate, ...rest];
    for (const [k, array] of list.entries()) arrays.set(`optimizer/vars/${k}`, array);
  }
  return readOptimizer(network, optimizer, { ...content, arrays }, source);
}
