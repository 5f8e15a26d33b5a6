import { RUNTIME_EXTENT } from '../../ir/kernel.ts';
import type { KernelCall, Place, Segment, SegmentStep } from '../../ir/plan.ts';
import type { Granularity } from './granularity.ts';
import type { FusionGroup } from './group-nodes.ts';
import { listBytes, listTensor } from './lower-nonzero-products.ts';
import { maskGrid, maskTensor } from './mask-grid.ts';
import type { PlanNode } from './plan-graph.ts';
import type { ScratchUse } from './scratch.ts';

/** Samples of a micro-batch: the first of these whose scratch stays below the limit. */
const MICRO_BATCHES = [8, 4, 2, 1] as const;
const MICRO_BATCH_BYTES = 1 << 20;

/** A step of a segment before its kernels exist: groups for one sample each, or one group for the micro-batch. */
export type StepGroups =
  | { readonly kind: 'samples'; readonly groups: readonly FusionGroup[] }
  | { readonly kind: 'microBatch'; readonly group: FusionGroup };

/** Whose scratch a value needs: one sample's, each sample's of a micro-batch, or each sample's of a shard. */
export type ScratchRegion = 'sample' | 'microBatch' | 'shard';

export interface SegmentOutline {
  readonly steps: readonly StepGroups[];
  readonly perShard: readonly FusionGroup[];
  readonly microBatch: number;
  readonly scratch: ReadonlyMap<number, { readonly region: ScratchRegion; readonly use: ScratchUse }>;
}

/**
 * Orders the groups of a segment into steps and finds which values live how long. Neighbouring groups that walk
 * one sample run together for one sample after another, so that what passes between them stays in the cache.
 */
export function outlineSegment(
  groups: readonly FusionGroup[],
  granularity: ReadonlyMap<FusionGroup, Granularity>,
  stored: ReadonlySet<number>,
  layout: (id: number) => { readonly bytes: number; readonly key: string },
  microBatch?: number,
): SegmentOutline {
  const steps: { kind: 'samples' | 'microBatch'; groups: FusionGroup[] }[] = [];
  const perShard: FusionGroup[] = [];
  for (const group of groups) {
    const mode = granularity.get(group)!;
    const last = steps[steps.length - 1];
    if (mode === 'shard') perShard.push(group);
    else if (mode === 'sample' && last?.kind === 'samples') last.groups.push(group);
    else steps.push({ kind: mode === 'sample' ? 'samples' : 'microBatch', groups: [group] });
  }
  const position = new Map<FusionGroup, readonly [number, number]>();
  steps.forEach((step, s) => {
    step.groups.forEach((group, k) => {
      position.set(group, [s, k]);
    });
  });
  const END = Number.MAX_SAFE_INTEGER;
  const scratch = new Map<number, { region: ScratchRegion; use: ScratchUse }>();
  for (const group of groups) {
    if (group.products?.tapped) {
      const { id } = maskTensor(group);
      const at = position.get(group)!;
      const { bytes } = maskGrid(group.products);
      scratch.set(id, { region: 'sample', use: { id, bytes, from: at, to: at, key: '' } });
    }
    if (group.nonzero) {
      const { id } = listTensor(group);
      const at = position.get(group)!;
      const bytes = listBytes(group, layout(group.nonzero.input.source).bytes);
      scratch.set(id, { region: 'sample', use: { id, bytes, from: at, to: at, key: '' } });
    }
    for (const node of group.outputs) {
      if (!node.type.batched || stored.has(node.id)) continue;
      const users = groups.filter((g) => g !== group && g.sources.includes(node.id));
      const [step, call] = position.get(group)! as [number, number];
      const inShard = users.some((g) => perShard.includes(g));
      const sameStep = steps[step]!.kind === 'samples' && users.every((g) => position.get(g)?.[0] === step);
      const region: ScratchRegion = inShard ? 'shard' : sameStep ? 'sample' : 'microBatch';
      const lastUse = users
        .map((g): readonly [number, number] => position.get(g) ?? [END, 0])
        .reduce((a, b) => (b[0] > a[0] || (b[0] === a[0] && b[1] > a[1]) ? b : a), [step, call]);
      const { bytes, key } = layout(node.id);
      scratch.set(node.id, {
        region,
        use: {
          id: node.id,
          bytes,
          // what the whole shard keeps has to survive the next micro-batches too
          from: inShard ? [-1, 0] : sameStep ? [step, call] : [step, -1],
          to: inShard ? [END, 0] : sameStep ? lastUse : [lastUse[0], END],
          key: key === '' ? '' : `${region}:${key}`,
        },
      });
    }
  }
  let perSample = 0;
  for (const { region, use } of scratch.values()) if (region === 'microBatch') perSample += use.bytes;
  const wide = perShard.length > 0 || steps.some((step) => step.kind === 'microBatch');
  const fitting = MICRO_BATCHES.find((n) => n === 1 || n * perSample <= MICRO_BATCH_BYTES)!;
  return {
    steps: steps.map(
      (step): StepGroups =>
        step.kind === 'samples'
          ? { kind: 'samples', groups: step.groups }
          : { kind: 'microBatch', group: step.groups[0]! },
    ),
    perShard,
    microBatch: microBatch ?? (wide ? fitting : 1),
    scratch,
  };
}

/** Turns an outline into kernels and calls. */
export function buildSegment(
  outline: SegmentOutline,
  callsOf: (group: FusionGroup, samples: number | undefined, accumulate: boolean) => KernelCall[],
  accumulators: number,
): Segment {
  const reduces = (group: FusionGroup): boolean => group.main.definition!.batch === 'reduce';
  const steps = outline.steps.map(
    (step): SegmentStep =>
      step.kind === 'samples'
        ? {
            kind: 'samples',
            calls: step.groups.flatMap((group) => callsOf(group, undefined, reduces(group))),
          }
        : {
            kind: 'microBatch',
            calls: callsOf(
              step.group,
              outline.microBatch > 1 ? outline.microBatch : undefined,
              reduces(step.group),
            ),
            single: callsOf(step.group, undefined, reduces(step.group)),
          },
  );
  const perShard = outline.perShard.flatMap((group) => callsOf(group, RUNTIME_EXTENT, false));
  return { microBatch: outline.microBatch, steps, perShard, accumulators };
}

/** A place of the whole batch or of one shard. */
export const placeOf = (region: Place['region'], address: number, sampleStride = 0): Place => ({
  region,
  address,
  sampleStride,
});

export const isReduce = (node: PlanNode): boolean => node.definition?.batch === 'reduce';
