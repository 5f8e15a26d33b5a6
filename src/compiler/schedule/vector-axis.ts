import { type Affine, coefficient } from '../../ir/affine.ts';
import { type KernelBuffer, RUNTIME_EXTENT } from '../../ir/kernel.ts';
import { BYTES_PER_ELEMENT, type Dtype } from '../../ir/tensor-type.ts';
import type { KernelFacts } from './facts.ts';

/** How the four lanes of an access lie in memory: at one address, side by side, or apart. */
export type LaneLayout = 'uniform' | 'contiguous' | 'strided';

export type VectorPath = 'vector' | 'gather' | 'scalar';

/** A possible axis of the lanes. */
export interface VectorChoice {
  readonly axis: string | undefined;
  readonly path: VectorPath;
}

export function laneLayout(address: Affine, buffer: KernelBuffer, axis: string | undefined): LaneLayout {
  const stride = axis === undefined ? 0 : coefficient(address, axis);
  if (stride === 0) return 'uniform';
  return stride === BYTES_PER_ELEMENT[buffer.dtype] ? 'contiguous' : 'strided';
}

/** True if two contiguous loads and a shuffle give four lanes that lie this many bytes apart. */
export const twoLoadsServe = (stride: number, dtype: Dtype): boolean =>
  dtype !== 'u8' && [-12, -8, -4, 8, 12].includes(stride);

/** Output axes that may be the lanes, and none. The lanes are never an axis of a sum: that would reorder it. */
export function vectorChoices(facts: KernelFacts): VectorChoice[] {
  const { kernel, outputAxes, extents, bodyLoads, epilogueLoads } = facts;
  const accesses = [
    ...kernel.stores.map((store) => ({ address: store.address, buffer: kernel.buffers[store.buffer] })),
    ...[...bodyLoads, ...epilogueLoads].map((load) => ({
      address: load.index[0],
      buffer: kernel.buffers[load.source],
    })),
  ];
  const choices: VectorChoice[] = [];
  for (const axis of outputAxes) {
    if (extents.get(axis) === RUNTIME_EXTENT) continue;
    const strided = accesses.some((a) => laneLayout(a.address, a.buffer, axis) === 'strided');
    choices.push({ axis, path: strided ? 'gather' : 'vector' });
  }
  const vector = choices.filter((choice) => choice.path === 'vector');
  const wide = vector.some((choice) => extents.get(choice.axis!)! >= 4);
  if (wide) return vector;
  return [...choices, { axis: undefined, path: 'scalar' }];
}
