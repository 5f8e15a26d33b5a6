import { type CutDimension, type WindowGradient, windowGradientOf } from '../../graph/walk-windows.ts';
import { type Affine, affine, axesOf, coefficient, equalAffine, isSingleAxis } from '../../ir/affine.ts';
import { type Axis, extentsOf, type Piece, wholePiece } from '../../ir/definition.ts';
import type { Load, Reduce } from '../../ir/expression.ts';
import { MOST_WINDOW_WORDS } from '../../ir/window-products.ts';
import { isShardedSum } from './levels.ts';
import { NodeTable, type PlanNode, piecesOf, usersOf } from './plan-graph.ts';
import type { SegmentedGraph } from './rematerialise.ts';
import { storageOf } from './storage-order.ts';

/** The products of a segment with the gradient of window maxima, which itself is never computed. */
export interface WindowProductsMatch {
  readonly gradient: PlanNode;
  readonly windows: WindowGradient;
  /** What the maximum passes on. */
  readonly value: Load;
  readonly toInput?: InputProduct;
  readonly toWeights?: WeightProduct;
  /** A product has taps: positions reach others. */
  readonly tapped: boolean;
}

/** inputGradient[p, k] = sum over taps and c of z[position, c] * weights[taps, c, k] */
export interface InputProduct {
  readonly node: number;
  readonly weights: Load;
  readonly channel: string;
  readonly row: string;
  /** Axes of the output positions and of the taps, and the position that is read, by dimension. */
  readonly axes: readonly Axis[];
  readonly taps: readonly Axis[];
  readonly position: readonly Affine[];
  /** The output positions by dimension. */
  readonly output: readonly Affine[];
  /** The position that is read is not the one that is computed. */
  readonly reaches: boolean;
}

/** weightGradient[taps, c, k] += sum over positions of z[position, c] * input[position at taps, k] */
export interface WeightProduct {
  readonly node: number;
  readonly input: Load;
  /** Dimensions of the gradient for c and k. */
  readonly channel: number;
  readonly row: number;
  readonly taps: readonly Axis[];
  /** The axis of each dimension of the gradient. */
  readonly index: readonly Affine[];
  /** The axes of windows and of elements, in the order of the dimensions. */
  readonly walked: readonly [windows: readonly string[], elements: readonly string[]];
  /** The input is read at other positions. */
  readonly reaches: boolean;
}

/**
 * Finds gradients of window maxima that only feed products with a matrix: the gradient of a pointwise contraction
 * with respect to its input and to its weights. Both then walk the elements that are not zero. Conditions: windows do
 * not overlap and cover all positions; the gradient is read in this segment alone, by one or two such products; masks
 * fit (elements of a window times words of channels at most sixteen).
 */
export function findWindowProducts(
  segmented: SegmentedGraph,
): SegmentedGraph & { readonly products: readonly WindowProductsMatch[] } {
  const { graph, levels, stored } = segmented;
  const table = new NodeTable(graph);
  const users = usersOf(graph.nodes);
  const kept = new Set([...stored, ...graph.outputs.map((o) => o.node)]);
  const products: WindowProductsMatch[] = [];
  for (const node of graph.nodes) {
    const windows = kept.has(node.id) ? undefined : windowGradientOf(node.definition);
    if (!windows || windows.value.kind !== 'load' || !isWalkable(node, windows, windows.value)) continue;
    const readers = users.get(node.id) ?? [];
    if (readers.length > 2 || readers.some((r) => levels.of.get(r.id) !== levels.of.get(node.id))) continue;
    const found = readers.map((r) => ({
      toInput: inputProduct(r, node, table),
      toWeights: weightProduct(r, node, windows, table),
    }));
    const toInput = found.find((f) => f.toInput)?.toInput;
    const toWeights = found.find((f) => f.toWeights)?.toWeights;
    if (readers.length === 0 || readers.length !== (toInput ? 1 : 0) + (toWeights ? 1 : 0)) continue;
    const tapped = (toInput?.reaches ?? false) || (toWeights?.reaches ?? false);
    if (tapped && !paysWithTaps(windows, toInput ? table.get(toInput.node) : undefined)) continue;
    products.push({
      gradient: node,
      windows,
      value: windows.value,
      tapped,
      ...(toInput ? { toInput } : {}),
      ...(toWeights ? { toWeights } : {}),
    });
    if (toWeights) {
      // rows of the weight gradient become contiguous
      const weights = table.get(toWeights.node);
      const dimensions = [...weights.type.shape.keys()].filter((k) => k !== toWeights.row);
      table.set({ ...weights, storage: [...dimensions, toWeights.row] });
    }
  }
  return { ...segmented, graph: table.finish(graph), products };
}

function isWalkable(node: PlanNode, { cuts, argmax, number }: WindowGradient, value: Load): boolean {
  const piece = piecesOf(node)[0]!;
  const { shape } = node.type;
  const last = shape.length - 1;
  if (node.definition!.fill !== undefined || cuts[last] || !isSingleAxis(piece.index[last]!)) return false;
  if (!cuts.slice(0, last).every((cut) => cut)) return false;
  const extents = extentsOf(piece);
  const whole = shape.every((extent, k) => {
    const cut = cuts[k];
    return cut
      ? cut.window.extent * cut.within.extent === extent
      : extents[axesOf(piece.index[k]!)[0]!] === extent;
  });
  const inOrder = (l: Load): boolean =>
    l.index.length === shape.length &&
    l.index.every(
      (form, k) =>
        isSingleAxis(form) && axesOf(form)[0] === (cuts[k]?.window.name ?? axesOf(piece.index[k]!)[0]),
    );
  const inWindow = cuts.filter((cut): cut is CutDimension => cut !== undefined).map((cut) => cut.within);
  let stride = 1;
  const rowMajor = inWindow.toReversed().every((axis) => {
    const right = coefficient(number, axis.name) === stride;
    stride *= axis.extent;
    return right;
  });
  const words = Math.ceil(shape[last]! / 64);
  return (
    whole &&
    inOrder(argmax) &&
    inOrder(value) &&
    rowMajor &&
    number.constant === 0 &&
    stride * words <= MOST_WINDOW_WORDS
  );
}

/** The two loads of a bare sum of products, the one of `source` first. */
function productOf(
  node: PlanNode,
  source: PlanNode,
): { piece: Piece; sum: Reduce; own: Load; other: Load } | undefined {
  const piece = piecesOf(node)[0];
  if (!piece || piecesOf(node).length !== 1 || piece.order === 'interleaved') return undefined;
  const { value } = piece;
  if (
    value.kind !== 'reduce' ||
    value.op !== 'sum' ||
    value.body.kind !== 'binary' ||
    value.body.op !== 'mul'
  )
    return undefined;
  const { a, b } = value.body;
  if (a.kind !== 'load' || b.kind !== 'load') return undefined;
  const [own, other] = a.source === source.id ? [a, b] : [b, a];
  return own.source === source.id && other.source !== source.id
    ? { piece, sum: value, own, other }
    : undefined;
}

/** With taps each set element is visited once a tap: windows of few elements or short rows are faster as they are. */
function paysWithTaps({ cuts }: WindowGradient, input: PlanNode | undefined): boolean {
  const elements = cuts.reduce((product, cut) => product * (cut?.within.extent ?? 1), 1);
  return elements >= 4 && (input === undefined || input.type.shape.at(-1)! >= 8);
}

const single = (form: Affine): string | undefined => (isSingleAxis(form) ? axesOf(form)[0] : undefined);

function inputProduct(node: PlanNode, gradient: PlanNode, table: NodeTable): InputProduct | undefined {
  const product = node.definition?.batch === 'map' ? productOf(node, gradient) : undefined;
  if (!product || !wholePiece(node.definition!, node.type.shape) || product.sum.axes.length < 1)
    return undefined;
  const { piece, sum, own, other } = product;
  if (own.index.length !== piece.index.length) return undefined;
  const channel = sum.axes.at(-1)!;
  const tapNames = sum.axes.slice(0, -1);
  const last = piece.index.length - 1;
  const row = single(piece.index[last]!);
  const weights = table.get(other.source);
  if (row === undefined || single(own.index[last]!) !== channel) return undefined;
  if (weights.type.batched || weights.type.dtype !== 'f32') return undefined;
  // position = output position + what the taps add
  const positions = own.index.slice(0, last).every((form, k) => {
    const output = single(piece.index[k]!);
    const others = axesOf(form).filter((axis) => axis !== output);
    return (
      (output === undefined || coefficient(form, output) === 1) &&
      others.every((axis) => tapNames.includes(axis))
    );
  });
  const innermost = storageOf(weights).at(-1)!;
  const contiguous = other.index.every((form, k) =>
    k === innermost ? single(form) === row : coefficient(form, row) === 0,
  );
  const known = other.index.every((form) =>
    axesOf(form).every((axis) => [channel, row, ...tapNames].includes(axis)),
  );
  if (!positions || !contiguous || !known) return undefined;
  const axis = (name: string): Axis => piece.axes.find((a) => a.name === name)!;
  const same = own.index.every((form, k) => k === last || equalAffine(form, piece.index[k]!));
  const covers = gradient.type.shape.every((extent, k) => k === last || extent === node.type.shape[k]);
  return {
    node: node.id,
    weights: other,
    channel,
    row,
    axes: piece.index.slice(0, last).flatMap((form) => axesOf(form).map(axis)),
    taps: tapNames.map(axis),
    position: own.index.slice(0, last),
    output: piece.index.slice(0, last),
    reaches: !same || !covers,
  };
}

function weightProduct(
  node: PlanNode,
  gradient: PlanNode,
  windows: WindowGradient,
  table: NodeTable,
): WeightProduct | undefined {
  const product = isShardedSum(node) ? productOf(node, gradient) : undefined;
  if (!product) return undefined;
  const { piece, sum, own, other } = product;
  const last = own.index.length - 1;
  const cut = windows.cuts.flatMap((c, k) => (c ? [k] : []));
  const walked = (part: 0 | 1): string[] =>
    cut.map(
      (k) =>
        axesOf(own.index[k]!).sort((x, y) => coefficient(own.index[k]!, y) - coefficient(own.index[k]!, x))[
          part
        ]!,
    );
  if (String(sum.axes) !== String([...walked(0), ...walked(1)]) || cut.length !== last) return undefined;
  // the sum cuts positions as the windows do, and not as a reshape of the input does
  const extents = extentsOf(piece);
  const asWindows = cut.every((k, at) => {
    const { window, within } = windows.cuts[k]!;
    const [outer, inner] = [walked(0)[at]!, walked(1)[at]!];
    const wanted = affine({ [outer]: within.extent, [inner]: 1 });
    const sizes = extents[outer] === window.extent && extents[inner] === within.extent;
    return sizes && equalAffine(own.index[k]!, wanted);
  });
  if (!asWindows) return undefined;
  const input = table.get(other.source);
  const channelAxis = single(own.index[last]!);
  const rowAxis = single(other.index.at(-1)!);
  if (!input.type.batched || input.type.dtype !== 'f32' || !channelAxis || !rowAxis) return undefined;
  const dimension = (axis: string): number => piece.index.findIndex((form) => single(form) === axis);
  const [channel, row] = [dimension(channelAxis), dimension(rowAxis)];
  if (channel < 0 || row < 0) return undefined;
  const taps = piece.axes.filter(
    (axis) => axis.name !== channelAxis && axis.name !== rowAxis && !sum.axes.includes(axis.name),
  );
  const inside = other.index.every(
    (form, k) =>
      coefficient(form, channelAxis) === 0 &&
      (k === other.index.length - 1 || coefficient(form, rowAxis) === 0),
  );
  const alone = piece.index.every((form) => axesOf(form).length === 0 || single(form) !== undefined);
  if (!inside || !alone) return undefined;
  const together =
    other.index.length === own.index.length &&
    other.index.every((form, k) => k === last || equalAffine(form, own.index[k]!));
  const covers = gradient.type.shape.every((extent, k) => k === last || extent === input.type.shape[k]);
  return {
    node: node.id,
    input: other,
    channel,
    row,
    taps,
    index: piece.index,
    walked: [walked(0), walked(1)],
    reaches: !together || !covers || taps.length > 0,
  };
}
