import { AVERAGE } from '../nn/optimizers/optimizer.ts';
import type { Trainer } from '../training/trainer.ts';

/** Makes the averages that an optimiser keeps (`useEma`) the weights, as Keras does at the end of `fit`. */
export async function useAverages({ compilation, store }: Trainer): Promise<void> {
  const state = compilation?.optimizer;
  if (!state?.optimizer.average || state.weights.length === 0) return;
  const averages = await store.read(state.weights.map((weight) => state.slotsOf(weight)[AVERAGE]!));
  for (const [k, weight] of state.weights.entries()) await store.write(weight.variable, averages[k]!);
}
