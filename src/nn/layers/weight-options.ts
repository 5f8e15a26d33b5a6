import type { Constraint } from '../constraints/constraint.ts';
import { type ConstraintLike, constraint } from '../constraints/get-constraint.ts';
import { type InitializerLike, initializer } from '../initializers/get-initializer.ts';
import type { Initializer } from '../initializers/initializer.ts';
import { optional, type Rule } from '../options.ts';
import { type RegularizerLike, regularizer } from '../regularizers/get-regularizer.ts';
import type { Regularizer } from '../regularizers/regularizer.ts';
import type { Shape, WeightSpec } from './layer-kind.ts';

/**
 * Options of one weight: `kernelInitializer`, `kernelRegularizer` (a penalty in the loss), `kernelConstraint` (holds
 * after every step), and alike for `bias` and others. Kernels start as `glorotUniform`, biases as `zeros`.
 */
export type WeightOptions<P extends string> = {
  readonly [K in `${P}Initializer`]?: InitializerLike;
} & { readonly [K in `${P}Regularizer`]?: RegularizerLike } & {
  readonly [K in `${P}Constraint`]?: ConstraintLike;
};

type WeightRules<P extends string> = { readonly [K in `${P}Initializer`]: Rule<Initializer> } & {
  readonly [K in `${P}Regularizer`]: Rule<Regularizer | null>;
} & { readonly [K in `${P}Constraint`]: Rule<Constraint | null> };

type ReadWeight<P extends string> = { readonly [K in `${P}Initializer`]: Initializer } & {
  readonly [K in `${P}Regularizer`]: Regularizer | null;
} & { readonly [K in `${P}Constraint`]: Constraint | null };

/** Rules of the three options of a weight. */
export const weightRules = <const P extends string>(prefix: P, initial: Initializer): WeightRules<P> =>
  ({
    [`${prefix}Initializer`]: optional(initializer, initial),
    [`${prefix}Regularizer`]: regularizer,
    [`${prefix}Constraint`]: constraint,
  }) as WeightRules<P>;

/** A weight with the three options that were read for it. */
export const weightOf = <const P extends string>(
  options: ReadWeight<P>,
  prefix: P,
  shape: Shape,
  name: string = prefix,
): WeightSpec => {
  const own = options as Readonly<Record<string, unknown>>;
  return {
    name,
    shape,
    initializer: own[`${prefix}Initializer`] as Initializer,
    regularizer: own[`${prefix}Regularizer`] as Regularizer | null,
    constraint: own[`${prefix}Constraint`] as Constraint | null,
  };
};
