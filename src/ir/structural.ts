import type { Affine } from './affine.ts';
import type { Expression } from './expression.ts';
import { operands } from './walk.ts';

/** Gives structurally equal expressions the same number. */
export class StructuralKeys {
  private readonly byExpression = new Map<Expression, number>();
  private readonly byText = new Map<string, number>();

  /** What the numbers stand for, in their order. */
  get texts(): readonly string[] {
    return [...this.byText.keys()];
  }

  key(e: Expression): number {
    const known = this.byExpression.get(e);
    if (known !== undefined) return known;
    let text = headOf(e);
    for (const operand of operands(e)) text += ` ${this.key(operand)}`;
    let key = this.byText.get(text);
    if (key === undefined) {
      key = this.byText.size;
      this.byText.set(text, key);
    }
    this.byExpression.set(e, key);
    return key;
  }
}

/** What an expression is, apart from its operands. */
function headOf(e: Expression): string {
  switch (e.kind) {
    case 'constant':
      return `constant ${Object.is(e.value, -0) ? '-0' : e.value}`;
    case 'load':
      return `load ${e.source} ${e.guarded ? `guarded ${e.guarded} ` : ''}${formsText(e.index)}`;
    case 'index':
      return `index ${formText(e.value)}`;
    case 'random':
      return `random ${e.stream} ${formText(e.element)}`;
    case 'unary':
    case 'binary':
    case 'compare':
    case 'logic':
      return `${e.kind} ${e.op}`;
    case 'select':
      return 'select';
    case 'reduce':
      return `reduce ${e.op} ${e.axes.join(',')}`;
  }
}

/** A text of a form that is made faster than one to read. */
function formText({ constant, terms }: Affine): string {
  let text = `${constant}`;
  for (const axis in terms) text += ` ${axis}*${terms[axis]}`;
  return text;
}

function formsText(forms: readonly Affine[]): string {
  let text = '';
  for (let k = 0; k < forms.length; k++) text += `${formText(forms[k]!)},`;
  return text;
}
