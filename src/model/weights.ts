import { InvalidArgumentError } from '../errors/index.ts';
import type { Weight } from '../nn/layers/layer.ts';
import { type Network, weightsOf } from '../nn/network/network.ts';
import { Tensor } from '../tensor/tensor.ts';
import type { VariableStore } from '../training/variable-store.ts';

const publicWeights = (network: Network): Weight[] => weightsOf(network).filter((weight) => !weight.internal);

/** Copies of all weights in the order of Keras; internal state is not among them. */
export async function readWeights(network: Network, store: VariableStore): Promise<Tensor[]> {
  const weights = publicWeights(network);
  const values = await store.read(weights.map((weight) => weight.variable));
  return weights.map(({ shape }, k) => new Tensor(values[k]!, shape));
}

/** @throws {InvalidArgumentError} if their number or a shape differs; then none is set */
export async function writeWeights(
  network: Network,
  store: VariableStore,
  given: readonly Tensor[],
): Promise<void> {
  const place = { call: 'setWeights', argument: 'weights' };
  const weights = publicWeights(network);
  if (!Array.isArray(given) || given.length !== weights.length) {
    const received = Array.isArray(given) ? given.length : given;
    throw new InvalidArgumentError({ ...place, expected: `${weights.length} tensors`, received });
  }
  for (const [k, { shape, variable }] of weights.entries()) {
    const own = given[k]! as Tensor;
    if (own.shape?.join() === shape.join()) continue;
    const expected = `shape [${shape.join(', ')}] for "${variable.name}"`;
    throw new InvalidArgumentError({ ...place, argument: `weights[${k}]`, expected, received: own.shape });
  }
  for (const [k, { variable }] of weights.entries()) {
    await store.write(variable, Float32Array.from(given[k]!.data));
  }
}
