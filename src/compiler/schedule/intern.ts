import type { Affine } from '../../ir/affine.ts';
import type { Expression } from '../../ir/expression.ts';
import { mapExpression, operands } from '../../ir/walk.ts';

/** Shares structurally equal expressions, so that equality is identity afterwards. */
export class Interner {
  readonly #byKey = new Map<string, Expression>();
  readonly #ids = new Map<Expression, number>();

  /** The one representative of all expressions that are equal to `e`. */
  intern(e: Expression): Expression {
    return mapExpression(e, (x) => {
      let key = ownPart(x);
      for (const operand of operands(x)) key += ` ${this.#ids.get(operand)}`;
      const known = this.#byKey.get(key);
      if (known) return known;
      this.#byKey.set(key, x);
      this.#ids.set(x, this.#ids.size);
      return x;
    });
  }
}

/** What tells an expression from others with the same operands. */
function ownPart(e: Expression): string {
  switch (e.kind) {
    case 'constant':
      return `constant ${Object.is(e.value, -0) ? '-0' : e.value}`;
    case 'load':
      return `load ${e.source} ${e.index.map((form) => sortedAffine(form))}`;
    case 'index':
      return `index ${sortedAffine(e.value)}`;
    case 'random':
      return `random ${e.stream} ${sortedAffine(e.element)}`;
    case 'reduce':
      return `${e.op} ${e.axes}`;
    case 'select':
      return 'select';
    default:
      return `${e.kind} ${e.op}`;
  }
}

function sortedAffine({ constant, terms }: Affine): string {
  let text = `${constant}`;
  for (const axis of Object.keys(terms).sort()) text += ` ${axis}*${terms[axis]}`;
  return text;
}
