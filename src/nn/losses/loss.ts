import type { Node } from '../../graph/node.ts';
import type { Reduction } from './reduction.ts';

/**
 * What targets hold: `classes` whole numbers of classes, in the shape of the prediction without its last axis;
 * `values` numbers in the shape of the prediction; `probabilities` such numbers within 0 to 1.
 */
export type TargetKind = 'classes' | 'values' | 'probabilities';

/** How far a prediction is from its target. */
export interface Loss {
  /** Name of the class in Keras. */
  readonly className: string;
  /** Key where the loss is used as a metric. */
  readonly name: string;
  readonly target: TargetKind;
  /** The loss of each sample (shape []): the mean over its positions. */
  perSample(target: Node, prediction: Node): Node;
  /** How losses become the number that is trained. Default `sum_over_batch_size`, the mean. */
  readonly reduction?: Reduction;
  /** A class of the target whose positions do not count. Default null: none. */
  readonly ignoredClass?: number | null;
  /**
   * The losses of elements or positions, of which `perSample` is the mean. A mask of the prediction and `reduction` need
   * them.
   */
  values?(target: Node, prediction: Node): Node;
  /** Options in the form of a Keras config. */
  getConfig(): Record<string, unknown>;
}

/** The shape that targets have for a prediction of the given shape. */
export const targetShape = (kind: TargetKind, prediction: readonly number[]): readonly number[] =>
  kind === 'classes' ? prediction.slice(0, -1) : prediction;
