import { booleanValue, InvalidArgumentError, knownOptions, nearest, ShapeError } from '../errors/index.ts';
import type { Weight } from '../nn/layers/layer.ts';
import { weightPaths } from '../nn/network/weights.ts';
import type { Model } from './model-class.ts';

export interface TransferOptions {
  /** Layers to set, by name; a layer inside of a model is `model/layer`. Default: all that both models have. */
  readonly layers?: readonly string[];
  /** Leaves layers alone whose weights have other shapes there. Default false. */
  readonly skipMismatch?: boolean;
}

/** Public weights by the path of their layer. */
function byLayer(model: Model): Map<string, Weight[]> {
  const found = new Map<string, Weight[]>();
  for (const [weight, path] of weightPaths(model.network)) {
    const layer = path.slice(0, path.lastIndexOf('/'));
    if (!weight.internal) found.set(layer, [...(found.get(layer) ?? []), weight]);
  }
  return found;
}

/**
 * Copies weights into the layers of the same name.
 * @returns names of the layers whose weights were set
 */
export async function transferWeights(from: Model, to: Model, options: TransferOptions): Promise<string[]> {
  const call = 'transferWeights';
  if (!Array.isArray((from as Model | undefined)?.network?.layers)) {
    const expected = 'a model, whose weights are taken';
    throw new InvalidArgumentError({ call, argument: 'from', expected, received: from });
  }
  knownOptions(options, ['layers', 'skipMismatch'], { call });
  const skipsMismatch = booleanValue(options.skipMismatch ?? false, 'skipMismatch', { call });
  if (options.layers !== undefined && !Array.isArray(options.layers)) {
    const expected = 'an array of names of layers';
    throw new InvalidArgumentError({ call, argument: 'layers', expected, received: options.layers });
  }
  const [given, own] = [byLayer(from), byLayer(to)];
  const names = options.layers ?? [...own.keys()].filter((name) => given.has(name));
  const pairs: { source: Weight[]; target: Weight[] }[] = [];
  const set: string[] = [];
  for (const name of names) {
    for (const [side, layers] of [['this model', own] as const, ['the other model', given] as const]) {
      if (layers.has(name)) continue;
      const expected = `layers with weights of ${side}`;
      const suggestion = typeof name === 'string' ? nearest(name, [...layers.keys()]) : undefined;
      throw new InvalidArgumentError({ call, argument: 'layers', expected, received: name, suggestion });
    }
    const [source, target] = [given.get(name)!, own.get(name)!];
    const wrong = target.findIndex(({ shape }, k) => shape.join() !== source[k]?.shape.join());
    if (wrong < 0 && source.length === target.length) {
      pairs.push({ source, target });
      set.push(name);
    } else if (!skipsMismatch) {
      const { name: weight, shape } = target[wrong] ?? target[0]!;
      const subject = `${weight} of layer "${name}" in the other model`;
      throw new ShapeError({ subject, expected: shape, received: source[wrong]?.shape ?? [] });
    }
  }
  for (const { source, target } of pairs) {
    const values = await from.trainer.store.read(source.map((weight) => weight.variable));
    for (const [k, weight] of target.entries()) await to.trainer.store.write(weight.variable, values[k]!);
  }
  return set;
}
