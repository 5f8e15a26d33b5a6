import * as e from '../../ir/build.ts';
import { elementwise } from '../../ops/elementwise.ts';
import { powerOf } from '../../ops/power.ts';
import { number, optional } from '../options.ts';
import { lossKind, type ReductionOptions } from './define.ts';
import type { Loss } from './loss.ts';
import { probabilityOfClass } from './probability-of-class.ts';

export interface CategoricalGeneralizedCrossEntropyOptions extends ReductionOptions {
  /** Between 0, where the loss is the cross-entropy, and 1, where it is 1 - p. Default 0.5. */
  readonly q?: number;
}

/**
 * (1 - p^q) / q for the probability p of the target class (a whole number): less moved by wrong labels than the
 * cross-entropy (Zhang and Sabuncu 2018).
 */
export const categoricalGeneralizedCrossEntropy: (
  options?: CategoricalGeneralizedCrossEntropyOptions,
) => Loss = lossKind({
  className: 'CategoricalGeneralizedCrossEntropy',
  name: 'categoricalGeneralizedCrossEntropy',
  target: 'classes',
  options: { q: optional(number({ above: 0, below: 1 }), 0.5) },
  values: ({ q }, target, prediction) =>
    elementwise('generalizedCrossEntropy', [probabilityOfClass(target, prediction)], (p) =>
      e.div(e.sub(1, powerOf(p!, q)), q),
    ),
});
