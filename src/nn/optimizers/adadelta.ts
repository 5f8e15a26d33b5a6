import { add, div, mul, neg, sqrt } from '../../ir/build.ts';
import type { Expression } from '../../ir/expression.ts';
import type { CommonOptions } from './common-options.ts';
import { optimizerKind } from './define.ts';
import { epsilon, fraction, learningRate } from './learning-rate.ts';
import { blend } from './moving-mean.ts';
import type { Optimizer } from './optimizer.ts';

export interface AdadeltaOptions extends CommonOptions {
  /** Decay of both means of squares. Default 0.95. */
  readonly rho?: number;
  /** Default 1e-7. */
  readonly epsilon?: number;
}

/** -sqrt(d + epsilon) / sqrt(a + epsilon) * g. */
function changeOf(
  o: { readonly epsilon: number },
  changes: Expression,
  squares: Expression,
  gradient: Expression,
): Expression {
  const root = (x: Expression): Expression => sqrt(add(x, o.epsilon));
  return neg(div(mul(root(changes), gradient), root(squares)));
}

/**
 * Adadelta (Zeiler 2012): a = rho * a + (1 - rho) g^2; c = -sqrt(d + epsilon) / sqrt(a + epsilon) * g;
 * d = rho * d + (1 - rho) c^2; w += rate * c. Learning rate 0.001 by default (1 in the paper).
 */
export const adadelta: (options?: AdadeltaOptions) => Optimizer = optimizerKind({
  className: 'Adadelta',
  call: 'adadelta',
  options: { learningRate: learningRate(0.001), rho: fraction(0.95), epsilon },
  slots: () => [['accumulatedGrad', 'accumulatedDeltaVar']],
  readsPreviousSlots: true,
  updateSlots: (o, { gradient, slots }) => {
    const squares = blend(slots.accumulatedGrad!, mul(gradient, gradient), o.rho);
    const change = changeOf(o, slots.accumulatedDeltaVar!, squares, gradient);
    return {
      accumulatedGrad: squares,
      accumulatedDeltaVar: blend(slots.accumulatedDeltaVar!, mul(change, change), o.rho),
    };
  },
  updateVariable: (o, { gradient, variable, slots, previousSlots, scalars }) => {
    const change = changeOf(o, previousSlots.accumulatedDeltaVar!, slots.accumulatedGrad!, gradient);
    return add(variable, mul(change, scalars.learningRate!));
  },
});
