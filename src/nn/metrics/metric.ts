import type { Node } from '../../graph/node.ts';
import type { TargetKind } from '../losses/loss.ts';

/** A number, or several by what sets them apart: thresholds, classes, outputs. Logs name them `precision@0.5`. */
export type MetricResult = number | readonly (readonly [part: string, value: number])[];

/** A number that is averaged over samples, or that follows from sums over them. */
export interface Metric {
  /** Name of the class in Keras. */
  readonly className: string;
  /** Key in the history. */
  readonly name: string;
  /** What the target must be. */
  readonly target: TargetKind;
  /** The value of each sample as a node of the graph: shape [], or what `result` takes, in any shape. */
  perSample(target: Node, prediction: Node): Node;
  /**
   * The values of elements or positions, where `perSample` is their mean. A mask of the prediction acts on them; metrics
   * without do not look at masks, as in Keras.
   */
  values?(target: Node, prediction: Node): Node;
  /**
   * The metric from the sums of what `perSample` gives, over all samples so far, in row-major order. Default: the
   * mean of a single value.
   * @param weight what the samples count: their number, or the sum of their weights
   */
  result?(sums: readonly number[], weight: number, samples: number): MetricResult;
  /** Options in the form of a Keras config, the name aside. */
  getConfig?(): Record<string, unknown>;
}
