import { add, load } from '../ir/build.ts';
import { compute, type Definition, outputAxesOf, type Piece, wholePiece } from '../ir/definition.ts';
import type { Expression } from '../ir/expression.ts';
import { elementCount } from '../ir/tensor-type.ts';
import { loadsOf, reductionsOf } from '../ir/walk.ts';
import { ownIndex } from './canonical-piece.ts';
import { computeNode, type Node } from './node.ts';

/** A part of the gradient of a node: what one load in one user adds. */
export interface Contribution {
  readonly definition: Definition;
  /** All nodes that the definition loads. */
  readonly operands: readonly Node[];
}

/** The sum of the contributions as one node; elementwise ones are written into it, others are nodes of their own. */
export function accumulate(target: Node, contributions: readonly Contribution[]): Node {
  const name = `${target.name}.gradient`;
  const { shape, batched } = target.type;
  const make = ({ definition, operands }: Contribution): Node =>
    computeNode(name, shape, definition, operands);
  if (contributions.length === 1) return make(contributions[0]!);
  const operands: Node[] = [];
  const terms = contributions.map((contribution): Expression => {
    const inlined = elementwiseValue(contribution, target);
    if (inlined) {
      operands.push(...contribution.operands);
      return inlined;
    }
    const node = make(contribution);
    operands.push(node);
    return load(node, ownIndex(shape));
  });
  const definition = compute(batched ? 'map' : 'none', shape, () => terms.reduce((a, b) => add(a, b)));
  return computeNode(name, shape, definition, operands);
}

/** The value over the target's own axes if the contribution is one whole piece without reductions. */
function elementwiseValue({ definition }: Contribution, target: Node): Expression | undefined {
  if (definition.batch !== (target.type.batched ? 'map' : 'none')) return undefined;
  const piece = wholePiece(definition, target.type.shape);
  return piece && reductionsOf(piece.value).length === 0 ? piece.value : undefined;
}

/** The nodes that expressions load, from a table by id. */
export function loadedNodes(values: readonly Expression[], byId: ReadonlyMap<number, Node>): Node[] {
  const nodes = new Set<Node>();
  for (const value of values) for (const { source } of loadsOf(value)) nodes.add(byId.get(source)!);
  return [...nodes];
}

/** A sum over the batch arises where a batched computation reads something without a batch. */
export function contributionBatch(target: Node, user: Definition['batch']): Definition['batch'] {
  if (target.type.batched) return 'map';
  return user === 'none' ? 'none' : 'reduce';
}

/** Pieces never overlap, so they cover a tensor if their counts add up. */
export function coversAll(pieces: readonly Piece[], target: Node): boolean {
  const covered = pieces.reduce((total, piece) => {
    const output = outputAxesOf(piece);
    return (
      total + elementCount(piece.axes.filter((axis) => output.has(axis.name)).map((axis) => axis.extent))
    );
  }, 0);
  return covered === elementCount(target.type.shape);
}
