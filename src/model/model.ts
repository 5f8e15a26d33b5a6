import { knownOptions } from '../errors/index.ts';
import type { Layer, Shape } from '../nn/layers/layer.ts';
import { functionalNetwork, sequentialNetwork, type TensorsLike } from '../nn/network/network.ts';
import { Model, type ModelOptions } from './model-class.ts';

export { Model, type ModelOptions } from './model-class.ts';

export interface SequentialOptions extends ModelOptions {
  /** Shape of one sample. Default: what the first layer says. */
  readonly inputShape?: Shape;
}

/**
 * A model that is a chain of layers, of which each may be a model.
 * @throws {InvalidArgumentError} {ShapeError} where a layer does not fit, naming it
 */
export function sequential(layers: readonly (Layer | Model)[], options: SequentialOptions = {}): Model {
  knownOptions(options, ['inputShape', 'name', 'seed', 'engine'], { call: 'sequential' });
  const { inputShape, name, ...rest } = options;
  const chain = Array.isArray(layers)
    ? layers.map((own: Layer | Model) => (own instanceof Model ? own.asLayer : own))
    : layers;
  return new Model(sequentialNetwork(chain as Layer[], { inputShape, name }), rest, 'sequential');
}

export interface FunctionalOptions extends ModelOptions {
  /** Made by `input`: one, several by position, or several by name. */
  readonly inputs: TensorsLike;
  /** One, several by position, or several by name: losses, metrics and targets are then given by these names. */
  readonly outputs: TensorsLike;
}

/**
 * A model from symbolic tensors, made by `input` and by applying layers.
 * @throws {InvalidArgumentError}
 */
export function model(options: FunctionalOptions): Model {
  knownOptions(options, ['inputs', 'outputs', 'name', 'seed', 'engine'], { call: 'model' });
  const { inputs, outputs, name, ...rest } = options;
  return new Model(functionalNetwork({ inputs, outputs, name }), rest);
}
