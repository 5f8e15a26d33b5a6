import { type Node, topologicalOrder } from '../graph/node.ts';
import type { Affine } from '../ir/affine.ts';
import { extentsOf, type Piece } from '../ir/definition.ts';
import { loadsOf } from '../ir/walk.ts';

/** Whole numbers from `low` to `high`, both included. */
export type Span = readonly [low: number, high: number];

/** A rectangle of a tensor, one span a dimension. It may leave the tensor: there padding is read. */
export type Box = readonly Span[];

/**
 * The smallest box of every input node that holds all elements which `box` of `root` is computed from, by the affine
 * indices of the definitions alone. Gaps inside a box (dilation) are not seen; borders do not cut a box.
 */
export function boxesOfInputs(root: Node, box: Box): Map<Node, Box> {
  const boxes = new Map<Node, Box>([[root, box]]);
  const found = new Map<Node, Box>();
  for (const node of topologicalOrder([root]).reverse()) {
    const wanted = boxes.get(node);
    if (!wanted) continue;
    if (node.role === 'input') found.set(node, wanted);
    const sources = new Map(node.inputs.map((source) => [source.id, source]));
    const pieces = node.definition?.pieces ?? [];
    for (const piece of pieces) {
      // pieces that lie beside each other hold what is theirs; one alone stands for the border around it too
      const spans = solvedAxes(piece, wanted, pieces.length > 1);
      if (!spans) continue;
      for (const { source, index } of loadsOf(piece.value)) {
        const read = sources.get(source)!;
        if (!read.type.batched) continue;
        const reached = index.map((form) => rangeOver(form, spans));
        boxes.set(read, joined(boxes.get(read), reached));
      }
    }
  }
  return found;
}

type Spans = Record<string, Span>;

/** The smallest box that holds both. */
const joined = (a: Box | undefined, b: Box): Box =>
  a ? a.map(([low, high], k) => [Math.min(low, b[k]![0]), Math.max(high, b[k]![1])]) : b;

function rangeOver(form: Affine, spans: Spans): Span {
  let [low, high] = [form.constant, form.constant];
  for (const axis in form.terms) {
    const factor = form.terms[axis]!;
    const [first, last] = spans[axis]!;
    low += factor * (factor > 0 ? first : last);
    high += factor * (factor > 0 ? last : first);
  }
  return [low, high];
}

/** Spans of the axes of a piece for which it writes into `box`, or undefined where it does not. */
function solvedAxes(piece: Piece, box: Box, bounded: boolean): Spans | undefined {
  const extents = extentsOf(piece);
  const spans: Spans = {};
  for (const { name, extent } of piece.axes) spans[name] = [0, extent - 1];
  const meets = piece.index.every((form, k) => solve(form, box[k]!, extents, spans, bounded));
  return meets ? spans : undefined;
}

/**
 * Narrows the axes of an index that is a mixed-radix number (one axis alone, or the digits of a flat index) to those
 * for which it lies in `wanted`; the digits below one that is not fixed stay free.
 * @returns false if there are none
 */
function solve(
  form: Affine,
  wanted: Span,
  extents: Readonly<Record<string, number>>,
  spans: Spans,
  bounded: boolean,
): boolean {
  const digits = Object.entries(form.terms).sort(([, a], [, b]) => b - a);
  let [low, high] = [wanted[0] - form.constant, wanted[1] - form.constant];
  if (digits.length === 0) return !bounded || (low <= 0 && high >= 0);
  if (digits.some(([, factor]) => factor < 0)) return true;
  for (const [k, [axis, factor]] of digits.entries()) {
    const below = digits.slice(k + 1).reduce((sum, [name, each]) => sum + each * (extents[name]! - 1), 0);
    let [first, last] = [Math.ceil((low - below) / factor), Math.floor(high / factor)];
    if (bounded || k > 0) [first, last] = [Math.max(first, 0), Math.min(last, extents[axis]! - 1)];
    if (first > last) return false;
    spans[axis] = [first, last];
    if (first < last) break;
    low -= factor * first;
    high -= factor * first;
  }
  return true;
}
