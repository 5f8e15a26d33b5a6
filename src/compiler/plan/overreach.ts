import { affineRange } from '../../ir/affine.ts';
import { BATCH_AXIS, type Kernel } from '../../ir/kernel.ts';
import { loadsOf } from '../../ir/walk.ts';

/**
 * Bytes behind its tensors up to which a kernel reads. What it finds there is not used: where a sum along r = 8q + l has no
 * term for an l, a value is read, and a zero is taken in its place. Nothing is read before a tensor.
 * @param bytes behind the start of each buffer that are its own, those of one sample where it has a batch
 */
export function overreach(kernel: Kernel, bytes: readonly number[]): number {
  const extents = Object.fromEntries(kernel.axes.map(({ name, extent }) => [name, extent]));
  extents[BATCH_AXIS] = 1;
  let most = 0;
  for (const { value } of kernel.stores)
    for (const { source, index } of loadsOf(value))
      most = Math.max(most, affineRange(index[0]!, extents)[1] + 4 - bytes[source]!);
  return most;
}
