import { createSession } from '../engine/index.ts';
import { InvalidArgumentError, integerBetween, knownOptions, UnsupportedError } from '../errors/index.ts';
import { elementCount } from '../ir/tensor-type.ts';
import { initialValues } from '../nn/initializers/initial-values.ts';
import type { Layer } from '../nn/layers/layer.ts';
import { type Network, weightsOf } from '../nn/network/network.ts';
import { innermostLayers } from '../nn/network/weights.ts';
import { type SessionFactory, VariableStore } from '../training/variable-store.ts';

/** How a model runs. */
export interface EngineOptions {
  /** Threads of the session, 1 to 64. Default: what `configure` says. */
  readonly threads?: number;
  /** Opens the session instead of `createSession`. */
  readonly session?: SessionFactory;
}

const mostThreads = 64;
/** A WebAssembly memory has 2 GiB at most; who asks for more hears of it before the values are made. */
const mostWeightBytes = 2 ** 31;

const storeOfLayer = new WeakMap<Layer, VariableStore>();

/**
 * The store of a network: that of the models which it shares layers with (stores of several become one), else a new
 * one. Weights without values
 * get their initial ones.
 * @throws {InvalidArgumentError} {UnsupportedError}
 */
export function storeOf(network: Network, seed: number, engine: EngineOptions, call: string): VariableStore {
  knownOptions(engine, ['threads', 'session'], { call: `${call} (engine)` }, 'engine');
  const weights = weightsOf(network);
  const bytes = weights.reduce((sum, { shape }) => sum + 4 * elementCount(shape), 0);
  if (bytes >= mostWeightBytes) {
    const feature = `A model with ${(bytes / 2 ** 30).toFixed(1)} GiB of weights`;
    throw new UnsupportedError({ feature, advice: 'All of a model has to fit into a memory of 2 GiB' });
  }
  const shared = new Set(innermostLayers(network.layers).flatMap((layer) => storeOfLayer.get(layer) ?? []));
  const running = [...shared].filter((own) => own.running);
  if (running.length > 1) {
    const expected = 'layers of models of which at most one has run';
    throw new InvalidArgumentError({ call, argument: 'layers', expected, received: network.name });
  }
  const { threads } = engine;
  if (threads !== undefined) integerBetween(threads, 1, mostThreads, 'engine.threads', { call });
  const [first] = running.length > 0 ? running : shared;
  const store = first ?? new VariableStore(engine.session ?? (() => createSession({ threads })));
  for (const own of shared) if (own !== store) own.join(store);
  for (const layer of innermostLayers(network.layers)) storeOfLayer.set(layer, store);
  for (const [k, { variable, shape, initializer }] of weights.entries()) {
    if (!store.has(variable)) store.set(variable, initialValues(initializer, shape, seed, k));
  }
  return store;
}
