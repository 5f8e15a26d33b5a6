import { booleanValue, InvalidArgumentError, knownOptions, oneOf } from '../errors/index.ts';
import { encodeNativeModel } from '../formats/native-model.ts';
import type { SavedModel } from '../formats/saved-model.ts';
import { weightsOf } from '../nn/network/network.ts';
import { frozenState } from './frozen-state.ts';
import type { Model } from './model.ts';

/** `safetensors` keeps everything, so that training goes on with the same bits; `keras` is for exchange. */
export type ModelFormat = 'keras' | 'safetensors';

export interface SaveOptions {
  /** What the model was compiled with, and the state of its optimiser. Default true. */
  readonly includeOptimizer?: boolean;
}

/** The bytes of a file of a model. Steps in flight are waited for, and none begins meanwhile. */
export async function modelBytes(
  format: ModelFormat,
  model: Model,
  options: SaveOptions,
  call: string,
): Promise<Uint8Array> {
  oneOf(format, ['keras', 'safetensors'], 'format', { call });
  knownOptions(options, ['includeOptimizer'], { call });
  const { network, trainer, seed } = model;
  const includes = booleanValue(options.includeOptimizer ?? true, 'includeOptimizer', { call });
  const compilation = includes ? trainer.compilation : undefined;
  const weights = weightsOf(network).map((weight) => weight.variable);
  const slots = compilation?.optimizer.variables ?? [];
  const variables = [...weights, ...slots];
  const { state, read } = await trainer.betweenSteps(async () => {
    const frozen = await frozenState(model.trainingState);
    return { state: frozen, read: await trainer.store.read(variables) };
  });
  const values = new Map(variables.map((variable, k) => [variable, read[k]!]));
  const saved: SavedModel = {
    network,
    seed,
    values,
    metadata: { ...model.metadata },
    training: compilation && {
      objectives: compilation.objectives,
      optimizer: compilation.optimizer.optimizer,
      slots: new Map(
        compilation.optimizer.weights.map((weight) => [
          weight.variable,
          Object.fromEntries(
            Object.entries(compilation.optimizer.slotsOf(weight)).map(([slot, variable]) => [
              slot,
              values.get(variable)!,
            ]),
          ),
        ]),
      ),
      state,
    },
  };
  if (format === 'safetensors') return encodeNativeModel(saved);
  // Loaded at need: a page that keeps native files needs neither zip nor HDF5.
  const { encodeKerasModel } = await import('../formats/keras-model.ts');
  return encodeKerasModel(saved);
}

/** The format that a path names by its ending. */
export function formatOf(path: unknown): ModelFormat {
  if (typeof path === 'string') {
    if (path.endsWith('.keras')) return 'keras';
    if (path.endsWith('.safetensors')) return 'safetensors';
  }
  const expected = 'a path that ends in .keras or .safetensors';
  throw new InvalidArgumentError({ call: 'save', argument: 'path', expected, received: path });
}
