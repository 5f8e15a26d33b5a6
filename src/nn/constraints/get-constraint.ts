import { ruleByClass, type SerializedObject } from '../by-class.ts';
import type { NameLike } from '../names.ts';
import type { Rule } from '../options.ts';
import type { Constraint } from './constraint.ts';
import { maxNorm, minMaxNorm, nonNeg, unitNorm } from './norms.ts';

/** A constraint, its name, its form in a Keras config, or null for none. */
export type ConstraintLike = Constraint | ConstraintName | SerializedObject | null;

/** Names of constraints, ours and those of Keras. */
export type ConstraintName = NameLike<'maxNorm' | 'minMaxNorm' | 'nonNeg' | 'unitNorm'>;

/** The option of a layer that takes a constraint. */
export const constraint: Rule<Constraint | null> = ruleByClass(
  'constraints',
  'a constraint',
  { maxNorm, minMaxNorm, nonNeg, unitNorm },
  'apply',
);
