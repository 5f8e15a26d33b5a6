import { affineRange } from '../ir/affine.ts';
import { constant } from '../ir/build.ts';
import { extentsOf, type Piece, wholePiece } from '../ir/definition.ts';
import type { Binary, Expression } from '../ir/expression.ts';
import { mapExpression } from '../ir/walk.ts';
import type { Node } from './node.ts';
import type { Replacement } from './rewrite.ts';

/**
 * Evaluates what is constant: operations on constants, loads (that stay inside) of nodes that hold one constant,
 * adding or subtracting 0, double negation and selections between equal constants.
 */
export function foldConstants(node: Node): Replacement {
  let changed = false;
  const pieces = node.definition!.pieces.map((piece) => {
    const value = mapExpression(piece.value, (e) => fold(e, piece, node));
    if (value === piece.value) return piece;
    changed = true;
    return { ...piece, value };
  });
  // A sum over the batch is never folded away: its value depends on how many samples there are.
  return changed ? { ...node.definition!, pieces } : undefined;
}

function fold(e: Expression, piece: Piece, node: Node): Expression {
  switch (e.kind) {
    case 'load': {
      const source = node.inputs.find((input) => input.id === e.source)!;
      const value = constantOf(source);
      if (value === undefined) return e;
      const extents = extentsOf(piece);
      const inside = e.index.every((form, k) => {
        const [low, high] = affineRange(form, extents);
        return low >= 0 && high < source.type.shape[k]!;
      });
      return inside ? constant(value) : e;
    }
    case 'unary':
      if (e.op === 'neg' && e.a.kind === 'constant') return constant(-e.a.value);
      if (e.op === 'neg' && e.a.kind === 'unary' && e.a.op === 'neg') return e.a.a;
      if (e.op === 'sqrt' && e.a.kind === 'constant') return constant(Math.sqrt(e.a.value));
      return e;
    case 'binary':
      return foldBinary(e);
    case 'select':
      return e.a.kind === 'constant' && e.b.kind === 'constant' && Object.is(e.a.value, e.b.value) ? e.a : e;
    default:
      return e;
  }
}

function foldBinary(e: Binary): Expression {
  const { a, b } = e;
  if (a.kind === 'constant' && b.kind === 'constant') return constant(evaluate(e.op, a.value, b.value));
  const isZero = (x: Expression): boolean => x.kind === 'constant' && x.value === 0;
  const isOne = (x: Expression): boolean => x.kind === 'constant' && x.value === 1;
  if ((e.op === 'add' || e.op === 'sub') && isZero(b)) return a;
  if (e.op === 'add' && isZero(a)) return b;
  if (e.op === 'mul' && isOne(a)) return b;
  if ((e.op === 'mul' || e.op === 'div') && isOne(b)) return a;
  return e;
}

function evaluate(op: Binary['op'], a: number, b: number): number {
  switch (op) {
    case 'add':
      return a + b;
    case 'sub':
      return a - b;
    case 'mul':
      return a * b;
    case 'div':
      return a / b;
    case 'max':
      return a < b ? b : a;
    case 'min':
      return b < a ? b : a;
  }
}

/** The number that all elements of a node are, or undefined. */
export function constantOf({ definition, type }: Node): number | undefined {
  if (definition?.pieces[0]?.value.kind !== 'constant' || definition.batch === 'reduce') return undefined;
  const piece = wholePiece(definition, type.shape);
  return piece?.value.kind === 'constant' ? piece.value.value : undefined;
}
