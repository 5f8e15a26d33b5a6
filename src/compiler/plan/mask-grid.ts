import { affineRange } from '../../ir/affine.ts';
import { type WindowConvolutions, windowLists } from '../../ir/window-products.ts';
import type { WindowProductsMatch } from './find-window-products.ts';
import type { FusionGroup } from './group-nodes.ts';
import type { PlanNode } from './plan-graph.ts';

/** Words of bits of all positions that products with taps reach, with zeros around, and lists for the weights. */
export function maskGrid({ gradient, windows, toInput, toWeights }: WindowProductsMatch): Omit<
  WindowConvolutions['masks'],
  'buffer'
> & {
  readonly bytes: number;
} {
  const spatial = gradient.type.shape.slice(0, -1);
  const extents = Object.fromEntries(
    [...(toInput?.axes ?? []), ...(toInput?.taps ?? [])].map((a) => [a.name, a.extent]),
  );
  const ranges = spatial.map((extent, k): [number, number] => {
    const [low, high] = toInput ? affineRange(toInput.position[k]!, extents) : [0, 0];
    return [Math.min(0, low), Math.max(extent - 1, high)];
  });
  const grid = ranges.map(([low, high]) => high - low + 1);
  const channels = gradient.type.shape.at(-1)!;
  const cuts = windows.cuts.flatMap((cut) => (cut ? [cut.window] : []));
  const { ends, bytes } = windowLists({ masks: { extents: grid }, channels, windows: cuts });
  return {
    extents: grid,
    before: ranges.map(([low]) => -low),
    bytes: toWeights ? bytes : ends,
  };
}

/** Stands for the words of bits of a group where tensors are placed. */
export const maskTensor = (group: FusionGroup): PlanNode => ({
  id: -1 - group.main.id,
  name: 'masks',
  role: 'compute',
  type: { dtype: 'i32', shape: [], batched: true },
  definition: undefined,
});
