import type { Dataset } from '../data/dataset.ts';
import type { Field } from '../data/field.ts';
import { elementCount } from '../ir/tensor-type.ts';
import type { Model } from '../model/model.ts';
import { exp } from '../numerics/exp.ts';
import { scalar } from '../numerics/scalar.ts';
import { sigmoid } from '../numerics/sigmoid.ts';

/** What a network answers, as far as it can be judged sample by sample. */
export type Task =
  | {
      readonly kind: 'classes';
      readonly classes: number;
      /** Answers a sample: 1, or one for each position of a map. */
      readonly positions: number;
      /** How a target is written. */
      readonly targets: 'labels' | 'oneHot' | 'binary';
      readonly fromLogits: boolean;
    }
  | { readonly kind: 'values'; readonly elements: number }
  | { readonly kind: 'unknown'; readonly why: string };

const mostClasses = 1000;

/** What the loss (or, without one, the shape of the targets) says about a network's answers. */
export function taskOf(model: Model, dataset: Dataset): Task {
  const [target, ...otherTargets] = dataset.targets;
  if (!target) return { kind: 'unknown', why: 'the data have no targets' };
  if (model.outputs.length > 1 || otherTargets.length > 0)
    return { kind: 'unknown', why: 'the network has several outputs' };
  const { shape } = model.outputs[0]!;
  const loss = model.trainer.compilation?.objectives[0]?.loss;
  const fromLogits = loss?.getConfig().from_logits === true;
  const last = shape.at(-1) ?? 1;
  const positions = elementCount(shape) / last;
  const classes = (targets: 'labels' | 'oneHot' | 'binary'): Task => {
    const count = targets === 'binary' ? 2 : last;
    return count > mostClasses
      ? { kind: 'unknown', why: `it has more than ${mostClasses} classes` }
      : { kind: 'classes', classes: count, positions, targets, fromLogits };
  };
  if (loss ? loss.target === 'classes' : areLabels(target, shape)) return classes('labels');
  if (loss && /^Categorical/.test(loss.className)) return classes('oneHot');
  if (loss && /^Binary/.test(loss.className)) {
    if (last === 1) return classes('binary');
    return { kind: 'unknown', why: 'a sample may have several classes at once' };
  }
  return { kind: 'values', elements: elementCount(shape) };
}

const areLabels = ({ dtype, shape: own }: Field, prediction: readonly number[]): boolean =>
  dtype !== 'f32' &&
  (prediction.at(-1) ?? 1) > 1 &&
  elementCount(own) === elementCount(prediction.slice(0, -1));

/** Probabilities of the classes from what the network gives at one position. */
export function probabilitiesOf(
  output: Float32Array,
  { targets, fromLogits }: Task & { kind: 'classes' },
): Float32Array {
  if (targets === 'binary') {
    const p = fromLogits ? sigmoid(scalar, output[0]!) : output[0]!;
    return Float32Array.of(1 - p, p);
  }
  if (!fromLogits) return output;
  const most = output.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  const powers = output.map((x) => exp(scalar, x - most));
  const sum = powers.reduce((a, b) => a + b, 0);
  return powers.map((x) => x / sum);
}
