import * as b from '../ir/build.ts';
import type { Binary, Expression, Unary } from '../ir/expression.ts';

/** Adds to the adjoint of an operand. */
export type Propagate = (operand: Expression, adjoint: Expression) => void;

/** The value of the expression in whose derivative it stands, in the cheapest form. */
export type Valued = (e: Expression) => Expression;

/**
 * The adjoint of the operand of a function; `value(e)` may read the node's own output instead of computing it again.
 */
export function unaryAdjoint(e: Unary, adjoint: Expression, value: Valued): Expression {
  const x = e.a;
  switch (e.op) {
    case 'neg':
      return b.neg(adjoint);
    case 'abs': {
      const at = value(x);
      return b.select(b.gt(at, 0), adjoint, b.select(b.lt(at, 0), b.neg(adjoint), 0));
    }
    case 'sqrt':
      return b.div(b.mul(adjoint, 0.5), value(e));
    case 'exp':
      return b.mul(adjoint, value(e));
    case 'log':
      return b.div(adjoint, value(x));
    case 'tanh': {
      const y = value(e);
      return b.mul(adjoint, b.sub(1, b.mul(y, y)));
    }
    case 'sigmoid': {
      const y = value(e);
      return b.mul(adjoint, b.mul(y, b.sub(1, y)));
    }
    case 'erf': {
      const at = value(x);
      const slope = b.mul(b.exp(b.neg(b.mul(at, at))), 2 / Math.sqrt(Math.PI));
      return b.mul(adjoint, slope);
    }
  }
}

/** Adds to the adjoints of both operands. */
export function propagateBinary(e: Binary, adjoint: Expression, value: Valued, propagate: Propagate): void {
  switch (e.op) {
    case 'add':
      propagate(e.a, adjoint);
      propagate(e.b, adjoint);
      break;
    case 'sub':
      propagate(e.a, adjoint);
      propagate(e.b, b.neg(adjoint));
      break;
    case 'mul':
      if (e.a === e.b) {
        propagate(e.a, b.mul(b.mul(adjoint, 2), value(e.a)));
      } else {
        propagate(e.a, b.mul(adjoint, value(e.b)));
        propagate(e.b, b.mul(adjoint, value(e.a)));
      }
      break;
    case 'div': {
      const divisor = value(e.b);
      propagate(e.a, b.div(adjoint, divisor));
      propagate(e.b, b.neg(b.div(b.mul(adjoint, value(e)), divisor)));
      break;
    }
    case 'max':
    case 'min':
      propagateExtremum(e, adjoint, value, propagate);
      break;
  }
}

/**
 * Against a constant the gradient at the constant is 0 (relu and its kin), so that the mask may be read from the
 * result: `max(x, c) > c` exactly where x > c. Of two values the first wins where they are equal.
 */
function propagateExtremum(e: Binary, adjoint: Expression, value: Valued, propagate: Propagate): void {
  const compare = e.op === 'max' ? b.gt : b.lt;
  const constants = [e.a, e.b].filter((x) => x.kind === 'constant');
  if (constants.length > 0) {
    const inside = compare(value(e), constants[0]!);
    propagate(e.a, b.select(inside, adjoint, 0));
    propagate(e.b, b.select(inside, adjoint, 0));
    return;
  }
  const second = compare(value(e.b), value(e.a));
  propagate(e.a, b.select(second, 0, adjoint));
  propagate(e.b, b.select(second, adjoint, 0));
}
