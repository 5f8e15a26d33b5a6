import type { Values } from '../engine/session.ts';
import { elementCount } from '../ir/tensor-type.ts';
import { Model } from '../model/model.ts';
import { functionalNetwork } from '../nn/network/network.ts';
import type { SampleValues } from './options.ts';

/** What a layer makes of a sample. */
export interface LayerValues extends SampleValues {
  readonly name: string;
  readonly className: string;
}

/**
 * The output of every layer for one sample, in the order of the network. Layers that pass their input on as it is
 * when a network is used (dropout, flatten) are left out.
 */
export async function layerValues(model: Model, sample: readonly SampleValues[]): Promise<LayerValues[]> {
  const { inputs, tensors } = model.network;
  const made = tensors.filter((tensor) => tensor.inputs.length > 0);
  // a model of the same layers shares their weights
  const watching = new Model(functionalNetwork({ inputs, outputs: made }));
  const fed = sample.map(({ values, shape }) => ({ data: values as Values, shape: [1, ...shape] }));
  const outputs = await watching.predictAll(fed, { batchSize: 1 });
  const known = new Map(inputs.map((tensor, k) => [tensor, sample[k]!.values]));
  const found: LayerValues[] = [];
  for (const [k, tensor] of made.entries()) {
    const values = outputs[k]!.data;
    const [source] = tensor.inputs;
    const before = tensor.inputs.length === 1 ? known.get(source!) : undefined;
    known.set(tensor, values);
    if (before && sameNumbers(before, values)) continue;
    const { name, className } = tensor.layer;
    found.push({
      name,
      className,
      shape: tensor.shape,
      values: values.subarray(0, elementCount(tensor.shape)),
    });
  }
  return found;
}

const sameNumbers = (a: ArrayLike<number>, b: ArrayLike<number>): boolean => {
  if (a.length !== b.length) return false;
  for (let k = 0; k < a.length; k++) if (a[k] !== b[k]) return false;
  return true;
};
