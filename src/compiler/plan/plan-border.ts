import { coefficient } from '../../ir/affine.ts';
import type { Kernel } from '../../ir/kernel.ts';
import type { BorderPhase, KernelCall } from '../../ir/plan.ts';
import { loadsOf } from '../../ir/walk.ts';
import type { FusionGroup } from './group-nodes.ts';

/** Points of a loop nest from which a border's work is spread over threads. */
const SPREAD = 8192;
/** Parts of one nest at most. */
const MOST_PARTS = 16;

/** A kernel and how its buffers move from part to part, in bytes. */
export interface SplitKernel {
  readonly kernel: Kernel;
  readonly shifts: readonly number[];
}

const points = (kernel: Kernel): number =>
  kernel.axes.reduce((product, axis) => product * Math.max(1, axis.extent), 1);

/**
 * Cuts a nest along its outermost output axis into parts that do not depend on each other. Condition: every
 * buffer moves by the same number of bytes in all its accesses, so that a part is the same code at other
 * addresses. Parts are whole vectors where the axis is contiguous.
 */
export function splitKernel(kernel: Kernel): SplitKernel[] {
  const whole = [{ kernel, shifts: kernel.buffers.map(() => 0) }];
  const work = points(kernel);
  if (work < SPREAD) return whole;
  for (const axis of kernel.axes) {
    const inStores = kernel.stores.every((s) => coefficient(s.address, axis.name) !== 0);
    const uses = kernel.stores.some((s) => mentionsAxis(s.value, axis.name));
    if (!inStores || uses || axis.extent < 2) continue;
    const steps = bufferSteps(kernel, axis.name);
    if (!steps) continue;
    const unit = steps.some((step) => step === 4 || step === 1) ? 64 : 1;
    const parts = Math.min(MOST_PARTS, Math.floor(work / (SPREAD / 2)), Math.floor(axis.extent / unit));
    if (parts < 2) continue;
    const size = Math.ceil(axis.extent / parts / unit) * unit;
    const result: SplitKernel[] = [];
    for (let start = 0; start < axis.extent; start += size) {
      const extent = Math.min(size, axis.extent - start);
      const axes = kernel.axes.map((a) => (a.name === axis.name ? { ...a, extent } : a));
      const padded = kernel.paddedAxes ?? [];
      result.push({
        kernel: {
          ...kernel,
          axes,
          // only the part with the end of the axis has padding behind it
          paddedAxes: start + extent === axis.extent ? padded : padded.filter((name) => name !== axis.name),
        },
        shifts: steps.map((step) => step * start),
      });
    }
    return result;
  }
  return whole;
}

const mentionsAxis = (value: Kernel['stores'][number]['value'], axis: string): boolean =>
  JSON.stringify(value, (key, v) => (key === 'index' && Array.isArray(v) ? undefined : v)).includes(
    `"${axis}"`,
  );

function bufferSteps(kernel: Kernel, axis: string): number[] | undefined {
  const steps: (number | undefined)[] = kernel.buffers.map(() => undefined);
  const agree = (buffer: number, step: number): boolean => {
    const known = steps[buffer];
    steps[buffer] = step;
    return known === undefined || known === step;
  };
  for (const store of kernel.stores) {
    if (!agree(store.buffer, coefficient(store.address, axis))) return undefined;
    for (const l of loadsOf(store.value))
      if (!agree(l.source, coefficient(l.index[0]!, axis))) return undefined;
  }
  return steps.map((step) => step ?? 0);
}

/**
 * Phases of a border: groups whose operands are ready run side by side; phases with little work in all are joined
 * into one item, because a barrier costs more than they do.
 */
export function borderPhases(
  groups: readonly FusionGroup[],
  callsOf: (group: FusionGroup) => {
    readonly items: readonly (readonly KernelCall[])[];
    readonly work: number;
  },
): BorderPhase[] {
  const depth = new Map<FusionGroup, number>();
  const byDepth: FusionGroup[][] = [];
  const makerOf = new Map(groups.flatMap((group) => group.members.map((node) => [node.id, group] as const)));
  for (const group of groups) {
    const producers = group.sources.flatMap((id) => makerOf.get(id) ?? []);
    const d = Math.max(-1, ...producers.map((g) => depth.get(g) ?? -1)) + 1;
    depth.set(group, d);
    byDepth[d] = [...(byDepth[d] ?? []), group];
  }
  const phases: { items: (readonly KernelCall[])[]; small: boolean }[] = [];
  for (const level of byDepth) {
    const parts = level.map(callsOf);
    const work = parts.reduce((sum, part) => sum + part.work, 0);
    const small = work < SPREAD;
    const items = parts.flatMap((part) => part.items);
    const last = phases[phases.length - 1];
    if (small && last?.small) last.items = [[...last.items.flat(), ...items.flat()]];
    else phases.push(small ? { items: [items.flat()], small } : { items, small });
  }
  return phases.map(({ items }) => ({ items }));
}
