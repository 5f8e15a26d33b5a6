import { FormatError } from '../../errors/index.ts';
import type { SavedModel } from '../../formats/saved-model.ts';
import { weightsOf } from '../../nn/network/network.ts';
import { loadedState } from '../frozen-state.ts';
import type { Model } from '../model.ts';

/**
 * Gives a model the weights, the state of the optimiser and of the training that a file holds.
 * @throws {FormatError} where it is a file of another network or optimiser; then nothing is changed
 */
export async function restoreModel(model: Model, saved: SavedModel, source: string): Promise<void> {
  const fail = (problem: string): never => {
    throw new FormatError({ source, problem });
  };
  const own = weightsOf(model.network);
  const given = weightsOf(saved.network);
  const { compilation, store } = model.trainer;
  const { training } = saved;
  if (!compilation || !training) return fail('it has no state of a training');
  if (own.length !== given.length) fail(`it has ${given.length} weights, where the model has ${own.length}`);
  for (const [k, weight] of own.entries()) {
    const [a, b] = [weight, given[k]!].map(({ name, shape }) => `${name} [${shape.join(', ')}]`);
    if (a !== b) fail(`its weight ${k} is ${b}, where the model has ${a}`);
  }
  const { optimizer } = compilation.optimizer;
  if (optimizer.className !== training.optimizer.className)
    fail(`its optimizer is ${training.optimizer.className}, not ${optimizer.className}`);
  const slots = new Map(given.map((weight, k) => [own[k]!, training.slots.get(weight.variable)]));
  for (const [k, { variable }] of own.entries())
    await store.write(variable, saved.values.get(given[k]!.variable)!);
  for (const weight of compilation.optimizer.weights) {
    for (const [slot, variable] of Object.entries(compilation.optimizer.slotsOf(weight))) {
      const values = slots.get(weight)?.[slot];
      if (values) await store.write(variable, values);
    }
  }
  if (typeof training.optimizer.learningRate === 'number')
    optimizer.learningRate = training.optimizer.learningRate;
  Object.assign(model.trainingState, loadedState(training.state));
}
