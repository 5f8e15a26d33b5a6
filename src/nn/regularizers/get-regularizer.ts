import { ruleByClass, type SerializedObject } from '../by-class.ts';
import type { Rule } from '../options.ts';
import { l1, l1l2, l2 } from './norms.ts';
import { orthogonal } from './orthogonal.ts';
import type { Regularizer } from './regularizer.ts';

/** A regulariser, its name, its form in a Keras config, or null for none. */
export type RegularizerLike = Regularizer | RegularizerName | SerializedObject | null;

/** Names of regularisers, ours and those of Keras. */
export type RegularizerName = 'l1' | 'l2' | 'l1l2' | 'l1_l2' | 'orthogonal';

/** The option of a layer that takes a regulariser. */
export const regularizer: Rule<Regularizer | null> = ruleByClass(
  'regularizers',
  'a regularizer',
  { l1, l2, l1l2, orthogonal },
  'penalty',
);
