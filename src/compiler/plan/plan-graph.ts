import { type Graph, rootsOf, topologicalOrder } from '../../graph/node.ts';
import { constantIndex, substituteAffine } from '../../ir/affine.ts';
import type { Definition, Piece } from '../../ir/definition.ts';
import { wholePiece } from '../../ir/definition.ts';
import type { Expression, Load } from '../../ir/expression.ts';
import type { TensorType } from '../../ir/tensor-type.ts';
import { loadsOf, mapExpression, reductionsOf, substituteAxes, visitExpression } from '../../ir/walk.ts';

/**
 * A node as the planner sees it: numbered by position, so that nothing later depends on names or on how many
 * graphs were made before. Passes give a node another definition under the same number as long as its value
 * stays the same.
 */
export interface PlanNode {
  readonly id: number;
  readonly name: string;
  readonly role: 'input' | 'variable' | 'compute';
  readonly type: TensorType;
  readonly definition: Definition | undefined;
  /** Storage order of the dimensions, outermost first, where it is not row-major. */
  readonly storage?: readonly number[];
  /** The sum over the batch runs over all samples in order, without shards. */
  readonly unsharded?: boolean;
  /** A contraction that leaves out zeros of its batched operand. */
  readonly walksNonzero?: boolean;
  /** Of a sum over the batch the operand that has many zeros. */
  readonly sparse?: number;
  /** A sum that reads or adds to rows that whole numbers choose. */
  readonly choosesRows?: boolean;
  readonly layer?: string;
}

export interface PlanGraph {
  /** In topological order. */
  readonly nodes: readonly PlanNode[];
  readonly outputs: readonly { readonly name: string; readonly node: number }[];
  readonly assignments: readonly { readonly variable: number; readonly value: number }[];
  /** Name of the output that has to be finite for variables to be assigned. */
  readonly guard?: string;
  /** Assignments that can also be made alone, before the first step. */
  readonly prelude: readonly { readonly variable: number; readonly value: number }[];
}

/** Numbers the nodes of a graph by position and drops what nothing needs. */
export function toPlanGraph(graph: Graph, unsharded: (id: number) => boolean): PlanGraph {
  const order = topologicalOrder([...rootsOf(graph), ...graph.assignments.map((a) => a.variable)]);
  const position = new Map(order.map((node, k) => [node.id, k]));
  const renumber = (e: Expression): Expression =>
    mapExpression(e, (x) => (x.kind === 'load' ? { ...x, source: position.get(x.source)! } : x));
  const nodes = order.map(
    (node, id): PlanNode => ({
      id,
      name: node.name,
      role: node.role,
      type: node.type,
      definition: node.definition && {
        ...node.definition,
        pieces: node.definition.pieces.map((piece) =>
          withoutUnitAxes({ ...piece, value: renumber(piece.value) }),
        ),
      },
      ...(unsharded(node.id) ? { unsharded: true } : {}),
      ...(node.layer === undefined ? {} : { layer: node.layer }),
    }),
  );
  const assignments = graph.assignments.map((a) => ({
    variable: position.get(a.variable.id)!,
    value: position.get(a.value.id)!,
  }));
  const alone = new Set(graph.prelude?.map(({ id }) => position.get(id)));
  return {
    nodes,
    outputs: Object.entries(graph.outputs).map(([name, node]) => ({ name, node: position.get(node.id)! })),
    assignments,
    prelude: assignments.filter(({ variable }) => alone.has(variable)),
    ...(graph.guard === undefined ? {} : { guard: graph.guard }),
  };
}

/** The piece with axes of extent one replaced by zero: they move nothing. */
function withoutUnitAxes(piece: Piece): Piece {
  const units = piece.axes.filter((axis) => axis.extent === 1).map((axis) => axis.name);
  if (units.length === 0) return piece;
  const zero = Object.fromEntries(units.map((name) => [name, constantIndex(0)]));
  return {
    ...piece,
    axes: piece.axes.filter((axis) => axis.extent !== 1),
    index: piece.index.map((form) => substituteAffine(form, zero)),
    value: substituteAxes(piece.value, zero),
  };
}

/** Graphs whose nodes stand in the order that `finish` gives them. */
const finished = new WeakSet<PlanGraph>();

/** Nodes by number, with room for new ones. */
export class NodeTable {
  private readonly byId: (PlanNode | undefined)[] = [];
  private changed = false;
  private readonly graph: PlanGraph;
  constructor(graph: PlanGraph) {
    this.graph = graph;
    for (const node of graph.nodes) this.byId[node.id] = node;
  }
  get(id: number): PlanNode {
    const node = this.byId[id];
    if (!node) throw new Error(`internal: the plan has no node ${id}`);
    return node;
  }
  set(node: PlanNode): PlanNode {
    if (this.byId[node.id] !== node) {
      this.byId[node.id] = node;
      this.changed = true;
    }
    return node;
  }
  add(node: Omit<PlanNode, 'id'>): PlanNode {
    return this.set({ ...node, id: this.byId.length });
  }
  /** The graph with these nodes: what the roots need, inputs before their users, lower numbers first. */
  finish(graph: PlanGraph): PlanGraph {
    if (!this.changed && graph === this.graph && finished.has(graph)) return graph;
    const nodes: PlanNode[] = [];
    const done = new Uint8Array(this.byId.length);
    const visit = (id: number): void => {
      if (done[id] === 1) return;
      done[id] = 1;
      const node = this.get(id);
      for (const source of sourcesOf(node)) visit(source);
      nodes.push(node);
    };
    const roots = [
      ...graph.outputs.map((o) => o.node),
      ...[...graph.assignments, ...graph.prelude].flatMap((a) => [a.variable, a.value]),
    ];
    for (const node of graph.nodes) if (node.role === 'input') visit(node.id);
    for (const id of roots.sort((a, b) => a - b)) visit(id);
    const made = { ...graph, nodes };
    finished.add(made);
    return made;
  }
}

export const piecesOf = (node: PlanNode): readonly Piece[] => node.definition?.pieces ?? [];

const loads = new WeakMap<PlanNode, readonly Load[]>();
const sources = new WeakMap<PlanNode, readonly number[]>();
const kinds = new WeakMap<PlanNode, ReadonlySet<Expression['kind']>>();

/** Distinct loads of a node, over all pieces. */
export function nodeLoads(node: PlanNode): readonly Load[] {
  let known = loads.get(node);
  if (!known) {
    known = piecesOf(node).flatMap((piece) => loadsOf(piece.value));
    loads.set(node, known);
  }
  return known;
}

/** Numbers of the nodes that a node loads, by first occurrence. */
export function sourcesOf(node: PlanNode): readonly number[] {
  let known = sources.get(node);
  if (!known) {
    known = [...new Set(nodeLoads(node).map((l) => l.source))];
    sources.set(node, known);
  }
  return known;
}

/** For every number, the nodes that load it. */
export function usersOf(nodes: readonly PlanNode[]): Map<number, PlanNode[]> {
  const users = new Map<number, PlanNode[]>();
  for (const node of nodes) {
    for (const source of sourcesOf(node)) {
      const list = users.get(source);
      if (list) list.push(node);
      else users.set(source, [node]);
    }
  }
  return users;
}

/** Kinds of the expressions of a node. */
function kindsOf(node: PlanNode): ReadonlySet<Expression['kind']> {
  let known = kinds.get(node);
  if (!known) {
    const found = new Set<Expression['kind']>();
    for (const piece of piecesOf(node)) visitExpression(piece.value, (e) => found.add(e.kind));
    known = found;
    kinds.set(node, known);
  }
  return known;
}

/** True if any piece contains an expression of one of the kinds. */
export const containsKind = (node: PlanNode, ...wanted: Expression['kind'][]): boolean =>
  wanted.some((kind) => kindsOf(node).has(kind));

/** A node that computes each element from single elements of others: one whole piece, no reduction. */
export const isElementwise = (node: PlanNode): boolean =>
  node.definition !== undefined &&
  node.definition.batch !== 'reduce' &&
  wholePiece(node.definition, node.type.shape) !== undefined &&
  !containsKind(node, 'reduce');

/** True if any piece sums in a loop. */
export const hasSum = (node: PlanNode): boolean =>
  piecesOf(node).some((piece) => reductionsOf(piece.value).some((r) => r.op === 'sum'));

/** The node with every load rewritten; the same object if none changes. */
export function mapLoads(node: PlanNode, rewrite: (load: Load, piece: Piece) => Expression): PlanNode {
  if (!node.definition) return node;
  let changed = false;
  const pieces = node.definition.pieces.map((piece) => {
    const value = mapExpression(piece.value, (e) => (e.kind === 'load' ? rewrite(e, piece) : e));
    if (value === piece.value) return piece;
    changed = true;
    return { ...piece, value };
  });
  return changed ? { ...node, definition: { ...node.definition, pieces } } : node;
}
