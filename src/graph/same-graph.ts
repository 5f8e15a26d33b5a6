import { equalAffine } from '../ir/affine.ts';
import type { Definition, Piece } from '../ir/definition.ts';
import type { Expression } from '../ir/expression.ts';
import { type Graph, type Node, orderOf } from './node.ts';

/**
 * True if two graphs compute the same from inputs of the same names, with their variables in the same order: names of
 * computed nodes, of variables and of layers aside.
 */
export function sameGraph(a: Graph, b: Graph): boolean {
  if (a === b) return true;
  const [before, after] = [orderOf(a), orderOf(b)];
  if (before.length !== after.length || a.guard !== b.guard) return false;
  const pairs = new Pairs();
  if (!before.every((node, k) => pairs.join(node, after[k]!))) return false;
  const [outputs, others] = [Object.entries(a.outputs), Object.entries(b.outputs)];
  return (
    sameList(outputs, others, ([name, node], [other, twin]) => name === other && pairs.join(node, twin)) &&
    sameList(
      a.assignments,
      b.assignments,
      (x, y) => pairs.join(x.variable, y.variable) && pairs.join(x.value, y.value),
    ) &&
    sameList(a.prelude ?? [], b.prelude ?? [], (x, y) => pairs.join(x, y))
  );
}

/** Every variable that a graph reads or assigns, in an order that follows from its structure. */
export function variablesOf(graph: Graph): Node[] {
  const read = orderOf(graph).filter((node) => node.role === 'variable');
  return [...new Set([...read, ...graph.assignments.map(({ variable }) => variable)])];
}

const sameList = <T>(a: readonly T[], b: readonly T[], same: (x: T, y: T) => boolean): boolean => {
  if (a.length !== b.length) return false;
  for (let k = 0; k < a.length; k++) if (!same(a[k]!, b[k]!)) return false;
  return true;
};

const identical = <T>(x: T, y: T): boolean => Object.is(x, y);

/** Nodes of one graph and those of another that stand in their place. */
class Pairs {
  readonly #twins = new Map<number, number>();
  readonly #taken = new Set<number>();

  /** True if the nodes are a pair, or become one because they compute the same from pairs. */
  join(a: Node, b: Node): boolean {
    const twin = this.#twins.get(a.id);
    if (twin !== undefined) return twin === b.id;
    if (this.#taken.has(b.id) || !this.#alike(a, b)) return false;
    this.#twins.set(a.id, b.id);
    this.#taken.add(b.id);
    return true;
  }

  #alike(a: Node, b: Node): boolean {
    return (
      a.role === b.role &&
      (a.role !== 'input' || a.name === b.name) &&
      a.type.dtype === b.type.dtype &&
      a.type.batched === b.type.batched &&
      sameList(a.type.shape, b.type.shape, identical) &&
      sameList(a.inputs, b.inputs, (x, y) => this.#twins.get(x.id) === y.id) &&
      this.#sameDefinition(a.definition, b.definition)
    );
  }

  #sameDefinition(a: Definition | undefined, b: Definition | undefined): boolean {
    if (!a || !b) return a === b;
    return (
      a.batch === b.batch &&
      Object.is(a.fill, b.fill) &&
      sameList(a.pieces, b.pieces, (x, y) => this.#samePiece(x, y))
    );
  }

  #samePiece(a: Piece, b: Piece): boolean {
    return (
      a.order === b.order &&
      sameList(a.axes, b.axes, (x, y) => x.name === y.name && x.extent === y.extent) &&
      sameList(a.index, b.index, equalAffine) &&
      this.#sameValue(a.value, b.value, new Map())
    );
  }

  /** `known`: expressions that were found equal; what is shared in one has to be shared in the other. */
  #sameValue(a: Expression, b: Expression, known: Map<Expression, Expression>): boolean {
    const twin = known.get(a);
    if (twin !== undefined) return twin === b;
    if (!this.#sameParts(a, b, known)) return false;
    known.set(a, b);
    return true;
  }

  #sameParts(a: Expression, b: Expression, known: Map<Expression, Expression>): boolean {
    const same = (x: Expression, y: Expression): boolean => this.#sameValue(x, y, known);
    switch (a.kind) {
      case 'constant':
        return b.kind === 'constant' && Object.is(a.value, b.value);
      case 'load':
        return (
          b.kind === 'load' &&
          this.#twins.get(a.source) === b.source &&
          sameList(a.index, b.index, equalAffine) &&
          sameList(a.guarded ?? [], b.guarded ?? [], (x, y) => x[0] === y[0] && x[1] === y[1])
        );
      case 'index':
        return b.kind === 'index' && equalAffine(a.value, b.value);
      case 'random':
        return b.kind === 'random' && a.stream === b.stream && equalAffine(a.element, b.element);
      case 'unary':
        return b.kind === 'unary' && a.op === b.op && same(a.a, b.a);
      case 'binary':
      case 'compare':
      case 'logic':
        return b.kind === a.kind && a.op === b.op && same(a.a, b.a) && same(a.b, b.b);
      case 'select':
        return b.kind === 'select' && same(a.mask, b.mask) && same(a.a, b.a) && same(a.b, b.b);
      case 'reduce':
        return (
          b.kind === 'reduce' && a.op === b.op && sameList(a.axes, b.axes, identical) && same(a.body, b.body)
        );
    }
  }
}
