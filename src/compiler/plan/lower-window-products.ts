import type { CutDimension } from '../../graph/walk-windows.ts';
import {
  type Affine,
  addAffine,
  affine,
  axisIndex,
  coefficient,
  constantIndex,
  scaleAffine,
  substituteAffine,
} from '../../ir/affine.ts';
import { constant } from '../../ir/build.ts';
import type { Axis } from '../../ir/definition.ts';
import type { KernelBuffer } from '../../ir/kernel.ts';
import type { TensorLayout } from '../../ir/plan.ts';
import { mapExpression } from '../../ir/walk.ts';
import type { WindowConvolutions, WindowOperand, WindowProducts } from '../../ir/window-products.ts';
import type { InputProduct, WeightProduct, WindowProductsMatch } from './find-window-products.ts';
import type { FusionGroup } from './group-nodes.ts';
import type { Access } from './lay-out.ts';
import type { TensorTable } from './lower.ts';
import { maskGrid, maskTensor } from './mask-grid.ts';
import { type PlanNode, piecesOf } from './plan-graph.ts';

/** Turns matched products into byte addresses. `tensors` are the nodes behind the buffers. */
export function lowerWindowProducts(
  group: FusionGroup,
  { layoutOf, nodeOf }: TensorTable,
): { kernel: WindowProducts | WindowConvolutions; tensors: readonly PlanNode[] } {
  const { windows, value, toInput, toWeights, gradient, tapped } = group.products!;
  const tensors: PlanNode[] = [];
  const buffers: KernelBuffer[] = [];
  const bufferOf = (tensor: number | PlanNode): number => {
    const node = typeof tensor === 'number' ? nodeOf(tensor) : tensor;
    const known = tensors.findIndex((t) => t.id === node.id);
    if (known >= 0) return known;
    tensors.push(node);
    buffers.push({ name: node.name, dtype: node.type.dtype });
    return tensors.length - 1;
  };
  const cuts = windows.cuts.flatMap((cut, dimension) => (cut ? [{ ...cut, dimension }] : []));
  const address = (id: number, index: readonly Affine[]): WindowOperand => {
    const layout = layoutOf(id);
    const start = constantIndex(layout.base);
    const form = index.reduce((sum, f, k) => addAffine(sum, scaleAffine(f, layout.strides[k]!)), start);
    return { buffer: bufferOf(id), address: form };
  };
  // of windows: one position a window; of elements: window * extent + element
  const windowIndex = [...cuts.map((cut) => axisIndex(cut.window.name)), constantIndex(0)];
  const elementIndex = [
    ...cuts.map(({ window, within }) =>
      addAffine(scaleAffine(axisIndex(window.name), within.extent), axisIndex(within.name)),
    ),
    constantIndex(0),
  ];
  const axes = (pick: (cut: (typeof cuts)[number]) => Axis): Axis[] => cuts.map(pick);
  const channels = gradient.type.shape.at(-1)!;
  const argmax = address(windows.argmax.source, windowIndex);
  const passed = address(value.source, windowIndex);
  const width = toInput
    ? nodeOf(toInput.node).type.shape.at(-1)!
    : nodeOf(toWeights!.node).type.shape[toWeights!.row]!;
  const common = {
    name: group.main.name,
    buffers,
    windows: axes((cut) => cut.window),
    elements: axes((cut) => cut.within),
    channels,
    width,
    argmax,
    value: passed,
  };
  const rows = toInput && {
    buffer: bufferOf(toInput.weights.source),
    ...rowsOf(layoutOf(toInput.weights.source), toInput),
  };
  if (!tapped) {
    const kernel: WindowProducts = {
      ...common,
      ...(toInput && rows
        ? {
            toInput: {
              weights: { buffer: rows.buffer, offset: rows.address.constant, stride: rows.stride },
              gradient: address(toInput.node, elementIndex),
            },
          }
        : {}),
      ...(toWeights
        ? {
            toWeights: {
              input: address(toWeights.input.source, elementIndex),
              gradient: {
                buffer: bufferOf(toWeights.node),
                offset: layoutOf(toWeights.node).base,
                stride: layoutOf(toWeights.node).strides[toWeights.channel]!,
              },
            },
          }
        : {}),
    };
    return { kernel, tensors };
  }
  const weightSide = toWeights && tapsOf(toWeights, cuts, layoutOf(toWeights.node));
  const kernel: WindowConvolutions = {
    ...common,
    masks: { buffer: bufferOf(maskTensor(group)), ...maskGrid(group.products!) },
    ...(toInput && rows
      ? {
          toInput: {
            axes: toInput.axes,
            taps: toInput.taps,
            gradient: address(toInput.node, [...toInput.output, constantIndex(0)]),
            position: toInput.position,
            weights: rows,
          },
        }
      : {}),
    ...(toWeights && weightSide
      ? {
          toWeights: {
            taps: toWeights.taps,
            input: address(toWeights.input.source, weightSide.input),
            gradient: { buffer: bufferOf(toWeights.node), ...weightSide.gradient },
          },
        }
      : {}),
  };
  return { kernel, tensors };
}

/** Where the row of channel 0 lies, over the taps, and how far the next channel is. */
function rowsOf(
  layout: TensorLayout,
  { weights, channel, row }: InputProduct,
): { address: Affine; stride: number } {
  const form = weights.index.reduce(
    (sum, f, k) => addAffine(sum, scaleAffine(f, layout.strides[k]!)),
    constantIndex(layout.base),
  );
  const taps = Object.entries(form.terms).filter(([axis]) => axis !== channel && axis !== row);
  return { address: affine(Object.fromEntries(taps), form.constant), stride: coefficient(form, channel) };
}

/** The input over windows, elements and taps, and the rows of the weight gradient over taps. */
function tapsOf(
  { walked, input, index, channel, row }: WeightProduct,
  cuts: readonly CutDimension[],
  layout: TensorLayout,
): { input: Affine[]; gradient: { address: Affine; stride: number } } {
  const [windows, elements] = walked;
  const renamed = Object.fromEntries([
    ...windows.map((name, k) => [name, axisIndex(cuts[k]!.window.name)]),
    ...elements.map((name, k) => [name, axisIndex(cuts[k]!.within.name)]),
  ]);
  const spatial = input.index.slice(0, -1).map((form) => substituteAffine(form, renamed));
  const start = index.reduce(
    (sum, form, k) =>
      k === channel || k === row ? sum : addAffine(sum, scaleAffine(form, layout.strides[k]!)),
    constantIndex(layout.base),
  );
  return {
    input: [...spatial, constantIndex(0)],
    gradient: { address: start, stride: layout.strides[channel]! },
  };
}

/** What products read besides the gradient of the maxima, which they never load where it is zero. */
export function productAccesses(match: WindowProductsMatch, nodeOf: (id: number) => PlanNode): Access[] {
  const nodes = [match.toInput?.node, match.toWeights?.node].flatMap((id) =>
    id === undefined ? [] : [nodeOf(id)],
  );
  return nodes.flatMap((node) =>
    piecesOf(node).map(({ axes, value }) => ({
      axes,
      values: [
        mapExpression(value, (e) => (e.kind === 'load' && e.source === match.gradient.id ? constant(0) : e)),
      ],
    })),
  );
}
