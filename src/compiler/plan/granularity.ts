import { BYTES_PER_ELEMENT, elementCount } from '../../ir/tensor-type.ts';
import type { FusionGroup } from './group-nodes.ts';
import { containsKind, type PlanNode } from './plan-graph.ts';

/** How many samples one call of a kernel walks: one, a micro-batch, or a whole shard. */
export type Granularity = 'sample' | 'microBatch' | 'shard';

/** A weight gradient of at least this many bytes, and ... */
const LARGE_GRADIENT = 128 * 1024;
/** ... this many times the bytes that it reads a sample, is summed once a shard. */
const GRADIENT_TO_OPERANDS = 8;
/** A kernel that touches fewer bytes a sample follows its neighbours. */
const SMALL = 16 * 1024;

const sampleBytes = (node: PlanNode): number =>
  elementCount(node.type.shape) * BYTES_PER_ELEMENT[node.type.dtype];

/**
 * Kernels of a segment by what they re-use: with more bytes of weights than of activations a kernel walks a
 * micro-batch (weights are loaded once for all its samples), else one sample; a large weight gradient is
 * accumulated once a shard. Small kernels follow their neighbours so that runs are not cut.
 */
export function chooseGranularity(
  groups: readonly FusionGroup[],
  nodeOf: (id: number) => PlanNode,
): Map<FusionGroup, Granularity> {
  const chosen = new Map<FusionGroup, Granularity | 'free'>();
  for (const group of groups) chosen.set(group, preferred(group, nodeOf));
  const walked = groups.filter((group) => chosen.get(group) !== 'shard');
  const onlyFree = walked.every((group) => chosen.get(group) !== 'sample');
  walked.forEach((group, k) => {
    if (chosen.get(group) !== 'free') return;
    const before = k > 0 ? chosen.get(walked[k - 1]!) : undefined;
    const after = walked
      .slice(k + 1)
      .map((g) => chosen.get(g))
      .find((mode) => mode !== 'free');
    chosen.set(group, before ?? after ?? (onlyFree ? 'microBatch' : 'sample'));
  });
  return chosen as Map<FusionGroup, Granularity>;
}

function preferred(group: FusionGroup, nodeOf: (id: number) => PlanNode): Granularity | 'free' {
  if (group.products || group.nonzero) return 'sample';
  const sources = group.sources.map(nodeOf);
  const reduces = group.main.definition!.batch === 'reduce';
  const own = sampleBytes(group.main);
  const weights = Math.max(0, ...sources.filter((s) => !s.type.batched).map(sampleBytes), reduces ? own : 0);
  const activations =
    sources.filter((s) => s.type.batched).reduce((bytes, s) => bytes + sampleBytes(s), 0) +
    (reduces ? 0 : own);
  if (reduces && own >= LARGE_GRADIENT && own > GRADIENT_TO_OPERANDS * activations) return 'shard';
  if (group.members.some((m) => containsKind(m, 'random'))) return 'sample';
  if (weights > activations) return 'microBatch';
  return activations < SMALL ? 'free' : 'sample';
}
