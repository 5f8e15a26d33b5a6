import {
  type Affine,
  addAffine,
  axisIndex,
  constantIndex,
  evaluateAffine,
  scaleAffine,
} from '../../ir/affine.ts';
import type { Axis } from '../../ir/definition.ts';
import type { KernelBuffer } from '../../ir/kernel.ts';
import type { WindowOperand, WindowProducts } from '../../ir/window-products.ts';
import type { FusionGroup } from './group-nodes.ts';
import type { TensorTable } from './lower.ts';
import type { PlanNode } from './plan-graph.ts';

/** Turns matched products into byte addresses. `tensors` are the nodes behind the buffers. */
export function lowerWindowProducts(
  group: FusionGroup,
  { layoutOf, nodeOf }: TensorTable,
): { kernel: WindowProducts; tensors: readonly PlanNode[] } {
  const { windows, value, toInput, toWeights, gradient } = group.products!;
  const tensors: PlanNode[] = [];
  const buffers: KernelBuffer[] = [];
  const bufferOf = (id: number): number => {
    const node = nodeOf(id);
    const known = tensors.findIndex((t) => t.id === id);
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
  const inputSide = toInput && {
    weights: {
      buffer: bufferOf(toInput.weights.source),
      ...rowsOf(layoutOf(toInput.weights.source), toInput.weights.index, toInput.channel),
    },
    gradient: address(toInput.node, elementIndex),
  };
  const weightSide = toWeights && {
    input: address(toWeights.input.source, elementIndex),
    gradient: {
      buffer: bufferOf(toWeights.node),
      offset: layoutOf(toWeights.node).base,
      stride: layoutOf(toWeights.node).strides[toWeights.channel]!,
    },
  };
  const width = toInput
    ? nodeOf(toInput.node).type.shape.at(-1)!
    : nodeOf(toWeights!.node).type.shape[toWeights!.row]!;
  return {
    kernel: {
      name: group.main.name,
      buffers,
      windows: axes((cut) => cut.window),
      elements: axes((cut) => cut.within),
      channels,
      width,
      argmax,
      value: passed,
      ...(inputSide ? { toInput: inputSide } : {}),
      ...(weightSide ? { toWeights: weightSide } : {}),
    },
    tensors,
  };
}

/** Where the row of channel 0 lies and how far the next one is. */
function rowsOf(
  layout: { readonly base: number; readonly strides: readonly number[] },
  index: readonly Affine[],
  channel: string,
): { offset: number; stride: number } {
  const at = (position: number): number =>
    layout.base +
    index.reduce(
      (sum, form, k) => sum + evaluateAffine(form, { [channel]: position }) * layout.strides[k]!,
      0,
    );
  return { offset: at(0), stride: at(1) - at(0) };
}
