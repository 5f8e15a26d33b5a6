import { coefficient } from '../../ir/affine.ts';
import type { Kernel } from '../../ir/kernel.ts';
import type { PlanKernel } from '../../ir/plan.ts';
import { loadsOf } from '../../ir/walk.ts';

/** Into how many parts a nest is cut at most, and the points of a part at least. */
export interface PartLimits {
  readonly most: number;
  readonly least: number;
}

/** Where an output axis is cut: part k goes from `bounds[k]` up to `bounds[k + 1]`. */
export interface Cut {
  readonly axis: string;
  readonly bounds: readonly number[];
}

/** A part of a kernel and how its buffers move from that of the whole, in bytes. */
export interface KernelPart<K extends PlanKernel = PlanKernel> {
  readonly kernel: K;
  readonly shifts: readonly number[];
}

/** Points of a nest; of one over a runtime number of samples, those of one sample. */
export const pointsOf = (kernel: Kernel): number =>
  kernel.axes.reduce((product, axis) => product * Math.max(1, axis.extent), 1);

/** Cuts a nest into parts that do not depend on each other, where `findCut` finds it. */
export function splitKernel(kernel: Kernel, limits: PartLimits): KernelPart<Kernel>[] {
  const cut = findCut(kernel, limits);
  return (cut && cutKernel(kernel, cut)) ?? [{ kernel, shifts: kernel.buffers.map(() => 0) }];
}

/**
 * The outermost output axis that `stepsAlong` lets go into half of the most parts or more; else the one that goes into
 * most. Parts are whole vectors where the axis is contiguous.
 */
export function findCut(kernel: Kernel, { most, least }: PartLimits): Cut | undefined {
  const affordable = Math.min(most, Math.floor(pointsOf(kernel) / least));
  let best: { readonly parts: number; readonly cut: Cut } | undefined;
  for (const { name, extent } of kernel.axes) {
    const steps = affordable < 2 || extent < 2 ? undefined : stepsAlong(kernel, name);
    if (!steps) continue;
    const unit = unitOf(steps);
    const parts = Math.min(affordable, Math.floor(extent / unit));
    if (parts < 2 || parts <= (best?.parts ?? 0)) continue;
    const bounds = Array.from({ length: parts + 1 }, (_, k) =>
      Math.min(extent, unit * Math.ceil((k * extent) / parts / unit)),
    );
    best = { parts, cut: { axis: name, bounds: [...new Set(bounds)] } };
    if (2 * parts >= affordable) break;
  }
  return best?.cut;
}

/** The parts of a nest at a cut, or undefined where it cannot be cut there. */
export function cutKernel(kernel: Kernel, { axis, bounds }: Cut): KernelPart<Kernel>[] | undefined {
  const whole = kernel.axes.find(({ name }) => name === axis);
  const steps = whole?.extent === bounds.at(-1) ? stepsAlong(kernel, axis) : undefined;
  if (!whole || !steps || bounds.slice(0, -1).some((start) => start % unitOf(steps) !== 0)) return undefined;
  const padded = kernel.paddedAxes ?? [];
  const { clips: all = [], ...rest } = kernel;
  // those along the axis would differ from part to part
  const clips = all.filter(({ by }) => by !== axis);
  return bounds.slice(0, -1).map((start, k) => {
    const end = bounds[k + 1]!;
    return {
      kernel: {
        ...rest,
        ...(clips.length > 0 ? { clips } : {}),
        axes: kernel.axes.map((a) => (a.name === axis ? { ...a, extent: end - start } : a)),
        // only the part with the end of the axis has padding behind it
        paddedAxes: end === whole.extent ? padded : padded.filter((name) => name !== axis),
      },
      shifts: steps.map((step) => step * start),
    };
  });
}

/** Vectors must not cross from one part into the next. */
const unitOf = (steps: readonly number[]): number =>
  steps.some((step) => step === 4 || step === 1) ? 64 : 1;

/**
 * The bytes by which each buffer moves from a point of an output axis to the next. Condition: it does so in all its
 * accesses, and no value depends on the point itself, so that a part is the same code at other addresses.
 */
function stepsAlong(kernel: Kernel, axis: string): readonly number[] | undefined {
  const inStores = kernel.stores.every((s) => coefficient(s.address, axis) !== 0);
  if (!inStores || kernel.stores.some((s) => mentionsAxis(s.value, axis))) return undefined;
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

const mentionsAxis = (value: Kernel['stores'][number]['value'], axis: string): boolean =>
  JSON.stringify(value, (key, v) => (key === 'index' && Array.isArray(v) ? undefined : v)).includes(
    `"${axis}"`,
  );
