import type { Node } from '../../graph/node.ts';
import type { TargetKind } from '../losses/loss.ts';

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
   * The metric from the sums of what `perSample` gives, over all samples so far, in row-major order. Default: the
   * mean of a single value.
   */
  result?(sums: readonly number[], samples: number): number;
  /** Options in the form of a Keras config, the name aside. */
  getConfig?(): Record<string, unknown>;
}
