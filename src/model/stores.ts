import { createSession } from '../engine/index.ts';
import { InvalidArgumentError } from '../errors/index.ts';
import { initialValues } from '../nn/initializers/initial-values.ts';
import type { Layer } from '../nn/layers/layer.ts';
import { type Network, weightsOf } from '../nn/network/network.ts';
import { type SessionFactory, VariableStore } from '../training/variable-store.ts';

/** How a model runs. */
export interface EngineOptions {
  /** Threads of the session. Default: what `configure` says. */
  readonly threads?: number;
  /** Opens the session instead of `createSession`. */
  readonly session?: SessionFactory;
}

const storeOfLayer = new WeakMap<Layer, VariableStore>();

/**
 * The store of a network: that of the models which it shares layers with, else a new one. Weights without values
 * get their initial ones.
 */
export function storeOf(network: Network, seed: number, engine: EngineOptions): VariableStore {
  const weights = weightsOf(network);
  const shared = new Set(network.layers.flatMap((layer) => storeOfLayer.get(layer) ?? []));
  if (shared.size > 1) {
    const expected = 'layers of one model, and new ones';
    throw new InvalidArgumentError({ call: 'model', argument: 'layers', expected, received: network.name });
  }
  const { threads } = engine;
  const [store = new VariableStore(engine.session ?? (() => createSession({ threads })))] = shared;
  for (const layer of network.layers) storeOfLayer.set(layer, store);
  for (const [k, { variable, shape, initializer }] of weights.entries()) {
    if (!store.has(variable)) store.set(variable, initialValues(initializer, shape, seed, k));
  }
  return store;
}
