import { type Affine, axesOf, coefficient, isSingleAxis } from '../../ir/affine.ts';
import { type Axis, wholePiece } from '../../ir/definition.ts';
import type { Expression, Load } from '../../ir/expression.ts';
import { BYTES_PER_ELEMENT, elementCount } from '../../ir/tensor-type.ts';
import { loadsOf, reductionsOf, visitExpression } from '../../ir/walk.ts';
import { NodeTable, type PlanGraph, type PlanNode, piecesOf } from './plan-graph.ts';
import { storageOf } from './storage-order.ts';

/** A contraction that is walked from nonzero to nonzero of its batched operand (`ir/nonzero-products.ts`). */
export interface NonzeroMatch {
  readonly input: Load;
  readonly weights: Load;
  readonly channel: string;
  readonly row: string;
  readonly channels: number;
  readonly width: number;
  /** Axes of the output positions and of the taps, and the position of x that is read, by dimension. */
  readonly axes: readonly Axis[];
  readonly taps: readonly Axis[];
  readonly position: readonly Affine[];
  readonly output: readonly Affine[];
}

/** Sums of fewer outputs at a time wait for each other. */
const FEWEST_OUTPUTS = 32;
/** Products that a listed value must serve to pay for its place in the list. */
const FEWEST_PRODUCTS = 48;
/** Rows of weights of one tap and 32 outputs stay in the first-level cache up to this many channels. */
const MOST_CHANNELS = 256;
/** Channels and taps of a sum at least: a run of the list has to be longer than what it takes to find it. */
const FEWEST_TERMS = 32;

/**
 * Marks contractions of samples with weights whose batched operand has many zeros by its definition: what relu or
 * relu6 gives, what their derivative passes on, and products with either. At half zeros the walk takes two thirds of
 * the time of the dense sum (bench/kernels.ts); the rule reads extents alone, and the walk itself changes over to the
 * dense sum where the data has few zeros. A maximum over a window in front of relu leaves few.
 */
export function markNonzeroProducts(graph: PlanGraph): PlanGraph {
  const table = new NodeTable(graph);
  for (const node of graph.nodes) {
    const load = batchedOperand(node, table);
    if (load && pays(node, load, table) && hasManyZeros(table.get(load.source), table)) {
      table.set({ ...node, walksNonzero: true });
    }
  }
  return table.finish(graph);
}

/** The batched one of the two operands of a bare sequential sum of products. */
function batchedOperand(node: PlanNode, table: NodeTable): Load | undefined {
  const operands = operandsOf(node);
  if (!operands) return undefined;
  const batched = operands.filter((l) => table.get(l.source).type.batched);
  return batched.length === 1 ? batched[0] : undefined;
}

function operandsOf(node: PlanNode): readonly [Load, Load] | undefined {
  const piece = node.definition?.batch === 'map' && wholePiece(node.definition, node.type.shape);
  if (!piece || piece.order === 'interleaved') return undefined;
  const { value } = piece;
  if (value.kind !== 'reduce' || value.op !== 'sum' || value.body.kind !== 'binary') return undefined;
  const { op, a, b } = value.body;
  return op === 'mul' && a.kind === 'load' && b.kind === 'load' ? [a, b] : undefined;
}

function pays(node: PlanNode, load: Load, table: NodeTable): boolean {
  const x = table.get(load.source);
  const weights = table.get(operandsOf(node)!.find((l) => l !== load)!.source);
  const piece = piecesOf(node)[0]!;
  const outputs = node.type.shape.at(-1)!;
  const channels = x.type.shape.at(-1)!;
  const terms = reductionsOf(piece.value)[0]!.axes.reduce(
    (product, name) => product * piece.axes.find((axis) => axis.name === name)!.extent,
    1,
  );
  const bytes = ({ type }: PlanNode): number => elementCount(type.shape) * BYTES_PER_ELEMENT[type.dtype];
  return (
    outputs >= FEWEST_OUTPUTS &&
    outputs % 4 === 0 &&
    (terms / channels) * outputs >= FEWEST_PRODUCTS &&
    terms >= FEWEST_TERMS &&
    channels <= MOST_CHANNELS &&
    // more weights than activations: the dense kernel loads them once for several samples
    bytes(weights) <= bytes(x) + bytes(node)
  );
}

/** Elementwise values that are zero for about half of all arguments. */
export function hasManyZeros(node: PlanNode, table: NodeTable): boolean {
  const piece = node.definition && wholePiece(node.definition, node.type.shape);
  if (node.role !== 'compute' || !piece || node.definition!.batch !== 'map') return false;
  const isConstant = (e: Expression, test: (value: number) => boolean): boolean =>
    e.kind === 'constant' && test(e.value);
  const zeros = (e: Expression): boolean => {
    switch (e.kind) {
      case 'load':
        return hasManyZeros(table.get(e.source), table);
      case 'select':
        return (
          (isConstant(e.a, (v) => v === 0) || isConstant(e.b, (v) => v === 0)) && !readsRandom(e.mask, table)
        );
      case 'binary':
        if (e.op === 'mul') return zeros(e.a) || zeros(e.b);
        if (e.op === 'min') {
          return (
            (isConstant(e.b, (v) => v > 0) && zeros(e.a)) || (isConstant(e.a, (v) => v > 0) && zeros(e.b))
          );
        }
        if (e.op !== 'max') return false;
        return (
          (isConstant(e.b, (v) => v === 0) && !isMaximum(e.a, table)) ||
          (isConstant(e.a, (v) => v === 0) && !isMaximum(e.b, table))
        );
      default:
        return false;
    }
  };
  return zeros(piece.value);
}

const holds = (e: Expression, test: (x: Expression) => boolean): boolean => {
  let found = false;
  visitExpression(e, (x) => {
    if (test(x)) found = true;
  });
  return found;
};

/** Masks by chance leave out what their rate says. */
const readsRandom = (e: Expression, table: NodeTable): boolean =>
  holds(e, (x) => x.kind === 'random') ||
  loadsOf(e).some((l) =>
    piecesOf(table.get(l.source)).some((p) => holds(p.value, (x) => x.kind === 'random')),
  );

/** True if the value comes from a maximum through elementwise operations. */
function isMaximum(e: Expression, table: NodeTable): boolean {
  if (holds(e, (x) => x.kind === 'reduce')) return holds(e, (x) => x.kind === 'reduce' && x.op === 'max');
  return loadsOf(e).some((l) => {
    const source = table.get(l.source);
    return source.type.batched && piecesOf(source).some((piece) => isMaximum(piece.value, table));
  });
}

/**
 * The walk of a marked contraction, if its accesses allow it: rows of weights are contiguous along the outputs,
 * positions of x move with output positions and taps, and neither reads anything else.
 */
export function nonzeroProductOf(node: PlanNode, nodeOf: (id: number) => PlanNode): NonzeroMatch | undefined {
  const operands = node.walksNonzero ? operandsOf(node) : undefined;
  if (!operands) return undefined;
  const [first, second] = operands;
  const [input, weights] = nodeOf(first.source).type.batched ? [first, second] : [second, first];
  const [x, w] = [nodeOf(input.source), nodeOf(weights.source)];
  if (!x.type.batched || w.type.batched || x.type.dtype !== 'f32' || w.type.dtype !== 'f32') return undefined;
  if (x.role !== 'compute' || x.storage || input.guarded || x.type.shape.length < 2) return undefined;
  const piece = piecesOf(node)[0]!;
  const sum = reductionsOf(piece.value)[0]!;
  const single = (form: Affine): string | undefined => (isSingleAxis(form) ? axesOf(form)[0] : undefined);
  const axisOf = (name: string): Axis => piece.axes.find((axis) => axis.name === name)!;
  const channel = sum.axes.at(-1);
  const row = single(piece.index.at(-1)!);
  const channels = x.type.shape.at(-1)!;
  if (!channel || !row || single(input.index.at(-1)!) !== channel || axisOf(channel).extent !== channels) {
    return undefined;
  }
  const taps = sum.axes.slice(0, -1);
  const output = piece.index.slice(0, -1);
  const positions = [...output.flatMap(axesOf), ...taps];
  const within = (form: Affine, axes: readonly string[]): boolean =>
    axesOf(form).every((axis) => axes.includes(axis));
  const innermost = storageOf(w).at(-1)!;
  const rowsContiguous = weights.index.every((form, k) =>
    k === innermost ? single(form) === row : within(form, [channel, ...taps]),
  );
  if (!rowsContiguous || !input.index.slice(0, -1).every((form) => within(form, positions))) return undefined;
  if (!weights.index.some((form) => coefficient(form, channel) > 0)) return undefined;
  return {
    input,
    weights,
    channel,
    row,
    channels,
    width: node.type.shape.at(-1)!,
    axes: output.flatMap(axesOf).map(axisOf),
    taps: taps.map(axisOf),
    position: input.index.slice(0, -1),
    output,
  };
}
