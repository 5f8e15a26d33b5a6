import {
  type Affine,
  affine,
  affineRange,
  axesOf,
  axisIndex,
  isSingleAxis,
  substituteAffine,
} from '../ir/affine.ts';
import { load } from '../ir/build.ts';
import { type Axis, extentsOf, type Piece, wholePiece } from '../ir/definition.ts';
import type { Load } from '../ir/expression.ts';
import { loadsOf, mapExpression, reductionsOf, substituteAxes } from '../ir/walk.ts';
import { canonicalPiece } from './canonical-piece.ts';
import { computeNode, type Node } from './node.ts';
import { type Replacement, redefine } from './rewrite.ts';

/**
 * Removes copies by which dimensions are merged (flatten): a reader along a merged dimension in full walks the
 * axes that it consists of instead, the slowest first, and reads the tensor before the merge. So a sum over a
 * flattened tensor becomes a sum over rows, columns and channels in the same order.
 *
 * An elementwise reader is itself computed before the merge and merged afterwards, so that the next reader can do
 * the same.
 */
export function forwardReshapes(node: Node): Replacement {
  const { definition } = node;
  const operands = new Set(node.inputs);
  const byId = new Map(node.inputs.map((source) => [source.id, source]));
  let changed = false;
  const pieces = definition!.pieces.map((piece) => {
    let current = piece;
    for (let split = splitOnce(current, byId); split; split = splitOnce(current, byId)) {
      current = split.piece;
      operands.add(split.source);
      byId.set(split.source.id, split.source);
      changed = true;
    }
    return current;
  });
  if (!changed) return undefined;
  const all = [...operands];
  return mergedAfterwards(node, pieces, all) ?? { definition: { ...definition!, pieces }, operands: all };
}

/** Rewrites the first load of a merge whose index allows it. */
function splitOnce(
  piece: Piece,
  byId: ReadonlyMap<number, Node>,
): { piece: Piece; source: Node } | undefined {
  for (const read of loadsOf(piece.value)) {
    const view = byId.get(read.source)!;
    const merge = matchMerge(view);
    const axes = merge && matchAxes(piece, read, view, merge);
    if (!axes) continue;
    const index = (merge.value as Load).index.map((form) => substituteAffine(form, axes.merged));
    const source = view.inputs[0]!;
    const renamed = { kind: 'load', source: source.id, index } as const;
    const value = mapExpression(piece.value, (e) => (e === read ? renamed : e));
    return { piece: splitAxes({ ...piece, value }, axes.split), source };
  }
  return undefined;
}

/** The piece of a node that does nothing but give a tensor other dimensions, some of them merged. */
function matchMerge(node: Node): Piece | undefined {
  const { definition, type } = node;
  const piece = definition?.pieces[0];
  if (!piece || definition!.pieces.length !== 1 || definition!.batch === 'reduce') return undefined;
  if (definition!.fill !== undefined || piece.value.kind !== 'load') return undefined;
  return type.batched === node.inputs[0]!.type.batched && piece.index.some((form) => axesOf(form).length > 1)
    ? piece
    : undefined;
}

/**
 * What the axes of the merge are in the reader, and by which axes an axis of the reader is replaced; undefined if
 * the reader does not walk each merged dimension in full.
 */
function matchAxes(
  piece: Piece,
  read: Load,
  view: Node,
  merge: Piece,
): { merged: Record<string, Affine>; split: Map<string, Axis[]> } | undefined {
  const extents = extentsOf(piece);
  const parts = extentsOf(merge);
  const merged: Record<string, Affine> = {};
  const split = new Map<string, Axis[]>();
  for (const [k, form] of merge.index.entries()) {
    const given = read.index[k]!;
    const members = slowestFirst(form);
    if (members.length <= 1) {
      const [low, high] = affineRange(given, extents);
      if (low < 0 || high >= view.type.shape[k]!) return undefined;
      for (const axis of members) merged[axis] = given;
      continue;
    }
    const own = slowestFirst(given);
    const axis = own[0];
    if (isSingleAxis(given) && extents[axis!] === view.type.shape[k] && !split.has(axis!)) {
      const fresh = members.map((member, j) => ({ name: `${axis}_${j}`, extent: parts[member]! }));
      members.forEach((member, j) => {
        merged[member] = axisIndex(fresh[j]!.name);
      });
      split.set(axis!, fresh);
      continue;
    }
    const alike =
      given.constant === 0 &&
      own.length === members.length &&
      own.every(
        (name, j) => given.terms[name] === form.terms[members[j]!] && extents[name] === parts[members[j]!],
      );
    if (!alike) return undefined;
    members.forEach((member, j) => {
      merged[member] = axisIndex(own[j]!);
    });
  }
  return { merged, split };
}

const slowestFirst = (form: Affine): string[] => axesOf(form).sort((a, b) => form.terms[b]! - form.terms[a]!);

/** Replaces axes by several each, in place. */
function splitAxes(piece: Piece, split: ReadonlyMap<string, readonly Axis[]>): Piece {
  const forms: Record<string, Affine> = {};
  for (const [axis, parts] of split) {
    let stride = parts.reduce((product, part) => product * part.extent, 1);
    forms[axis] = affine(
      Object.fromEntries(
        parts.map((part) => {
          stride /= part.extent;
          return [part.name, stride];
        }),
      ),
    );
  }
  return {
    ...piece,
    axes: piece.axes.flatMap((axis) => split.get(axis.name) ?? [axis]),
    index: piece.index.map((form) => substituteAffine(form, forms)),
    value: substituteAxes(piece.value, forms),
  };
}

/** An elementwise reader computed over its separate axes, and the merge of that. */
function mergedAfterwards(node: Node, pieces: readonly Piece[], operands: readonly Node[]): Replacement {
  const before = wholePiece(node.definition!, node.type.shape);
  const piece = pieces[0]!;
  if (!before || node.definition!.batch === 'reduce' || reductionsOf(piece.value).length > 0)
    return undefined;
  if (piece.index.every((form) => axesOf(form).length <= 1)) return undefined;
  const { batch } = node.definition!;
  const axes = piece.index.flatMap(slowestFirst);
  const extents = extentsOf(piece);
  const own = axes.map(axisIndex);
  const shape = axes.map((axis) => extents[axis]!);
  const separate = redefine(
    { ...node, type: { ...node.type, shape } },
    { batch, pieces: [canonicalPiece({ ...piece, index: own }, batch)] },
    operands,
  );
  const view = computeNode(
    'reshape',
    node.type.shape,
    { batch, pieces: [canonicalPiece({ ...piece, value: load(separate, own) }, batch)] },
    [separate],
  );
  return { node: node.layer === undefined ? view : { ...view, layer: node.layer } };
}
