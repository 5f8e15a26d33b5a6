import { isAugmentation } from '../data/augmentation/kinds.ts';
import { gradients } from '../graph/differentiate.ts';
import { type Graph, input, type Node } from '../graph/node.ts';
import type { Dtype } from '../ir/tensor-type.ts';
import { SHIFT } from '../nn/layers/batch-normalization.ts';
import type { SymbolicTensor } from '../nn/layers/symbolic-tensor.ts';
import { maskedValues } from '../nn/losses/masked.ts';
import { lossOfSamples } from '../nn/losses/reduction.ts';
import { withWeight } from '../nn/metrics/weighted.ts';
import { type Network, weightsOf } from '../nn/network/network.ts';
import { type Trace, traceNetwork } from '../nn/network/trace.ts';
import { penaltyOf } from '../nn/network/weights.ts';
import * as ops from '../ops/index.ts';
import { type FeedTypes, logKey, metricsOf, type OutputObjective, targetShapeOf } from './objective.ts';
import type { OptimizerState } from './optimizer-state.ts';

/** Names of the input nodes. */
export const inputName = (k: number): string => `x${k}`;
export const isInputName = (name: string): boolean => /^x\d+$/.test(name);
export const targetName = (k: number): string => `y${k}`;
export const SAMPLE_WEIGHT = 'sampleWeight';
export const INVERSE_BATCH = 'inverseBatch';
/** Name of the output that holds the loss of each sample, and that has to be finite. */
export const LOSS = 'loss';

const scalar = (name: string): Node => input(name, { dtype: 'f32', shape: [], batched: false });

/** A network called on fresh input nodes. */
export function traceFor(
  network: Network,
  inputs: readonly Dtype[],
  training: boolean,
  inverseBatch: Node = scalar(INVERSE_BATCH),
): Trace {
  const nodes = network.inputs.map(({ shape }, k) =>
    input(inputName(k), { dtype: inputs[k]!, shape, batched: true }),
  );
  return traceNetwork(network, nodes, { training, inverseBatch });
}

/** The predictions of each sample: outputs `0`, `1`, ... */
export function predictionGraph(network: Network, inputs: readonly Dtype[]): Graph {
  const { outputs } = traceFor(network, inputs, false);
  return { outputs: Object.fromEntries(outputs.map((node, k) => [String(k), node])), assignments: [] };
}

const weightedBy = (weight: Node | undefined, x: Node): Node => (weight ? ops.multiply(x, weight) : x);

/** The loss of each sample without penalties of weights, and all that is reported, by keys in logs. */
function judge(
  network: Network,
  objectives: readonly OutputObjective[],
  trace: Trace,
  types: FeedTypes,
  inverseBatch: Node,
): { readonly total: Node; readonly outputs: Record<string, Node> } {
  const values: Record<string, Node> = {};
  const weight = types.weighted
    ? input(SAMPLE_WEIGHT, { dtype: 'f32', shape: [], batched: true })
    : undefined;
  let total: Node | undefined;
  for (const [k, objective] of objectives.entries()) {
    const { dtype, shape } = types.targets[k]!;
    const target = input(targetName(k), {
      dtype,
      shape: targetShapeOf(network, objective, k),
      batched: true,
    });
    const prediction = trace.outputs[k]!;
    const mask = trace.masks[k];
    const loss = lossOfSamples(objective.loss, target, prediction, { mask, weight, inverseBatch });
    if (objectives.length > 1) values[logKey(network, objective, LOSS)] = loss;
    const share = objective.weight === 1 ? loss : ops.rescale(loss, { scale: objective.weight });
    total = total ? ops.add(total, share) : share;
    for (const { metric, key, weighted } of metricsOf(objective, network.outputs[k]!.shape, shape)) {
      const own = weighted ? weight : undefined;
      values[logKey(network, objective, key)] =
        mask && metric.values
          ? weightedBy(own, maskedValues(metric.values(target, prediction), mask))
          : withWeight(metric.perSample(target, prediction), own);
    }
  }
  for (const loss of trace.losses) total = ops.add(total!, loss);
  const penalty = penaltyOf(network);
  const shown = penalty ? ops.add(total!, penalty) : total!;
  return { total: total!, outputs: { [LOSS]: shown, ...values } };
}

/** Loss and metrics of each sample, without training. */
export function evaluationGraph(
  network: Network,
  objectives: readonly OutputObjective[],
  types: FeedTypes,
): Graph {
  const inverseBatch = scalar(INVERSE_BATCH);
  const trace = traceFor(network, types.inputs, false, inverseBatch);
  return { outputs: judge(network, objectives, trace, types, inverseBatch).outputs, assignments: [] };
}

/**
 * A training step: forward, loss, gradients, optimiser, moving statistics. The objective is the mean over the
 * batch, as `inverseBatch` times the sum; a sample weight multiplies the loss of its sample. The prelude sets the shifts
 * of batch normalisations to the means of a batch, so that the sums of the first step are taken around them.
 */
export function trainingGraph(
  network: Network,
  objectives: readonly OutputObjective[],
  types: FeedTypes,
  state: OptimizerState,
): Graph {
  const inverseBatch = scalar(INVERSE_BATCH);
  const trace = traceFor(network, types.inputs, true, inverseBatch);
  const { total, outputs } = judge(network, objectives, trace, types, inverseBatch);
  const variables = state.weights.map((weight) => weight.variable);
  const derived = gradients(ops.multiply(total, inverseBatch), variables);
  // What has no batch is differentiated by itself: as part of the loss it would be summed over the samples.
  const penalty = penaltyOf(network);
  const penalized = penalty ? gradients(penalty, variables) : undefined;
  const hasPenalty = new Set(state.weights.flatMap((w) => (w.regularizer ? [w.variable] : [])));
  const gradientOf = (weight: Node): Node => {
    const own = derived.get(weight)!;
    return hasPenalty.has(weight) ? ops.add(own, penalized!.get(weight)!) : own;
  };
  const scalars = Object.fromEntries(state.optimizer.scalars.map((name) => [name, scalar(name)]));
  const updates = state.updates(variables.map(gradientOf), scalars);
  const shifts = new Set(
    weightsOf(network).flatMap((w) => (w.name === SHIFT && w.internal ? [w.variable] : [])),
  );
  const prelude = trace.assignments.flatMap(({ variable }) => (shifts.has(variable) ? [variable] : []));
  return {
    outputs,
    assignments: [...updates, ...trace.assignments],
    guard: LOSS,
    ...(prelude.length > 0 ? { prelude } : {}),
  };
}

/** The value of every layer in training, by position in `network.tensors`, to find the first that is not finite. */
export function diagnosisGraph(network: Network, inputs: readonly Dtype[]): Graph {
  const { nodes } = traceFor(network, inputs, true);
  const outputs: Record<string, Node> = {};
  for (const [k, tensor] of network.tensors.entries()) {
    const node = nodes.get(tensor)!;
    if (node.role === 'compute') outputs[String(k)] = node;
  }
  return { outputs, assignments: [] };
}

/** True for inputs that only rescaling layers read, perhaps behind augmentation: bytes then stay bytes. */
export function keepsBytes(network: Network, k: number): boolean {
  const onlyRescaled = (source: SymbolicTensor): boolean => {
    const readers = network.tensors.filter((tensor) => tensor.inputs.includes(source));
    const keeps = (reader: SymbolicTensor): boolean =>
      reader.layer.className === 'Rescaling' || (isAugmentation(reader.layer) && onlyRescaled(reader));
    return readers.length > 0 && readers.every(keeps);
  };
  return onlyRescaled(network.inputs[k]!);
}
