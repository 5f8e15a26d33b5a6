import type { Node } from '../../graph/node.ts';

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
  /** Options in the form of a Keras config. */
  getConfig(): Record<string, unknown>;
}

/** The shape that targets have for a prediction of the given shape. */
export const targetShape = (kind: TargetKind, prediction: readonly number[]): readonly number[] =>
  kind === 'classes' ? prediction.slice(0, -1) : prediction;
