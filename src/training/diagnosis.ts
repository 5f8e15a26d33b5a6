import type { Feed } from '../engine/session.ts';
import type { Dtype } from '../ir/tensor-type.ts';
import type { Network } from '../nn/network/network.ts';
import { diagnosisGraph } from './graphs.ts';
import type { VariableStore } from './variable-store.ts';

/**
 * Replays the forward pass of a step with the value of every layer kept, and names the first layer whose values
 * are not finite; undefined if all are.
 */
export async function firstNonFiniteLayer(
  network: Network,
  inputs: readonly Dtype[],
  store: VariableStore,
  feed: Feed,
): Promise<string | undefined> {
  const session = await store.session();
  const graph = diagnosisGraph(network, inputs);
  const program = await session.compile(graph, { maxBatch: feed.batchSize });
  const outputs = await program.run(feed);
  for (const [k, tensor] of network.tensors.entries()) {
    const values = outputs[String(k)];
    if (values?.some((value) => !Number.isFinite(value))) return tensor.layer.name;
  }
  return undefined;
}
