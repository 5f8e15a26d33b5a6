import { type Affine, axesOf, isSingleAxis } from '../ir/affine.ts';
import { load } from '../ir/build.ts';
import { type Piece, wholePiece } from '../ir/definition.ts';
import type { Expression, Load, Reduce } from '../ir/expression.ts';
import { mapExpression, substituteAxes } from '../ir/walk.ts';
import { computeNode, type Node } from './node.ts';
import { type Replacement, redefine } from './rewrite.ts';

/**
 * Moves bias and clipping activations behind a max-pool: max over a window of f(x) is f of the maximum of x, and
 * there are fewer pooled elements.
 *
 * Fires if the maximum is over a plain load (perhaps through a border of -Infinity) of an elementwise node whose
 * value is made of one load at its own element by adding or subtracting, or taking the maximum or minimum with,
 * values that are the same for the whole window. Rounding is monotone too, so results are equal in every bit; of
 * elements that only f makes equal, the largest before f now counts as the maximum.
 */
export function sinkMonotone(node: Node): Replacement {
  const sunk = sink(node);
  return sunk === node ? undefined : { node: sunk };
}

function sink(pool: Node): Node {
  const window = matchWindow(pool);
  if (!window) return pool;
  const border = matchBorder(window.source);
  const activation = border ?? window.source;
  const piece = activation.definition && wholePiece(activation.definition, activation.type.shape);
  if (!piece || activation.stopGradient || activation.definition!.batch !== 'map') return pool;
  // Dimensions of the activation along which the window runs.
  const windowed = new Set(
    piece.index.flatMap((form, k) => (isFixed(window.load.index[k]!, window.maximum) ? [] : axesOf(form))),
  );
  const inner = monotoneLoad(piece.value, piece, windowed);
  const source = inner && activation.inputs.find((input) => input.id === inner.source);
  if (!inner || !source?.type.batched || source.type.dtype !== 'f32') return pool;
  const read = border ? redefineBorder(window.source, source) : source;
  const smaller = sink(redefinePool(pool, window, read));
  const outer = Object.fromEntries(
    piece.index.flatMap((form, k) => axesOf(form).map((axis) => [axis, window.load.index[k]!] as const)),
  );
  const value = mapExpression(substituteKept(piece.value, inner, outer), (e) =>
    e === inner ? load(smaller, window.piece.index) : e,
  );
  return redefine(
    { ...activation, type: pool.type },
    { batch: 'map', pieces: [{ axes: window.outputAxes, index: window.piece.index, value }] },
    [smaller, ...activation.inputs],
  );
}

interface Window {
  readonly piece: Piece;
  readonly maximum: Reduce;
  readonly load: Load;
  readonly source: Node;
  readonly outputAxes: Piece['axes'];
}

function matchWindow(node: Node): Window | undefined {
  if (node.definition?.pieces[0]?.value.kind !== 'reduce') return undefined;
  const piece = wholePiece(node.definition, node.type.shape);
  const maximum = piece?.value;
  if (!piece || node.stopGradient || node.definition.batch !== 'map') return undefined;
  if (maximum?.kind !== 'reduce' || maximum.op !== 'max' || maximum.body.kind !== 'load') return undefined;
  const read = maximum.body;
  const source = node.inputs.find((input) => input.id === read.source)!;
  const outputAxes = piece.axes.filter((axis) => !maximum.axes.includes(axis.name));
  const fixed = read.index.every(
    (form) => !isFixed(form, maximum) || axesOf(form).length === 0 || isSingleAxis(form),
  );
  return fixed ? { piece, maximum, load: read, source, outputAxes } : undefined;
}

const isFixed = (form: Affine, maximum: Reduce): boolean =>
  axesOf(form).every((axis) => !maximum.axes.includes(axis));

/** What a node surrounds by -Infinity, if that is all it does. */
function matchBorder(node: Node): Node | undefined {
  const { definition } = node;
  const piece = definition?.pieces[0];
  if (definition?.fill !== Number.NEGATIVE_INFINITY || definition.pieces.length !== 1) return undefined;
  if (piece?.value.kind !== 'load' || !piece.value.index.every(isSingleAxis)) return undefined;
  return node.inputs[0];
}

function redefineBorder(border: Node, source: Node): Node {
  const { batch, pieces, fill } = border.definition!;
  const piece = pieces[0]!;
  const value = load(source, (piece.value as Load).index);
  return redefine(border, { batch, pieces: [{ ...piece, value }], fill }, [source]);
}

function redefinePool(pool: Node, { piece, maximum, load: read }: Window, source: Node): Node {
  const value = { ...maximum, body: load(source, read.index) };
  const definition = { ...pool.definition!, pieces: [{ ...piece, value }] };
  return { ...computeNode(pool.name, pool.type.shape, definition, [source]), layer: pool.layer };
}

/** The one load that the value grows with, or undefined. */
function monotoneLoad(e: Expression, piece: Piece, windowed: ReadonlySet<string>): Load | undefined {
  if (e.kind === 'load') {
    const own =
      e.index.length === piece.index.length && e.index.every((form, k) => sameElement(form, piece.index[k]!));
    return own ? e : undefined;
  }
  if (e.kind !== 'binary' || e.op === 'mul' || e.op === 'div') return undefined;
  if (isUniform(e.b, windowed)) return monotoneLoad(e.a, piece, windowed);
  return e.op !== 'sub' && isUniform(e.a, windowed) ? monotoneLoad(e.b, piece, windowed) : undefined;
}

const sameElement = (a: Affine, b: Affine): boolean =>
  (isSingleAxis(a) && isSingleAxis(b) && axesOf(a)[0] === axesOf(b)[0]) ||
  (a.constant === b.constant && axesOf(a).length === 0 && axesOf(b).length === 0);

/** The same value at all elements of a window. */
const isUniform = (e: Expression, windowed: ReadonlySet<string>): boolean =>
  e.kind === 'constant' ||
  (e.kind === 'load' && e.index.every((form) => axesOf(form).every((axis) => !windowed.has(axis))));

/** Substitutes axes in everything but one load, which stays the same object. */
function substituteKept(e: Expression, kept: Load, axes: Readonly<Record<string, Affine>>): Expression {
  if (e === kept) return e;
  if (e.kind === 'binary') {
    return { ...e, a: substituteKept(e.a, kept, axes), b: substituteKept(e.b, kept, axes) };
  }
  return substituteAxes(e, axes);
}
