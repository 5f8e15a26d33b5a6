import type { Node } from '../../graph/node.ts';
import type { TargetKind } from '../losses/loss.ts';

/** A number a sample that is averaged over samples. */
export interface Metric {
  /** Name of the class in Keras. */
  readonly className: string;
  /** Key in the history. */
  readonly name: string;
  /** What the target must be. */
  readonly target: TargetKind;
  /** The value of each sample (shape []) as a node of the graph. */
  perSample(target: Node, prediction: Node): Node;
}
