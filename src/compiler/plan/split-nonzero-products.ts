import { addAffine, affineRange, constantIndex } from '../../ir/affine.ts';
import type { NonzeroProducts } from '../../ir/nonzero-products.ts';
import { type Cut, cutKernel, type KernelPart } from './split-kernel.ts';

/**
 * The parts of a walk over nonzero values at a cut of its dense form; each lists the positions that it reaches. Undefined
 * where the cut is not along the outermost axis of the walk.
 */
export function cutNonzeroProducts(
  whole: NonzeroProducts,
  cut: Cut,
): KernelPart<NonzeroProducts>[] | undefined {
  const [outer, ...inner] = whole.axes;
  const parts = cutKernel(whole.dense, cut);
  if (!parts || outer?.name !== cut.axis || outer.extent !== cut.bounds.at(-1)) return undefined;
  return parts.map(({ kernel: dense, shifts }, k) => {
    const axes = [{ ...outer, extent: cut.bounds[k + 1]! - cut.bounds[k]! }, ...inner];
    const extents = Object.fromEntries([...axes, ...whole.taps].map(({ name, extent }) => [name, extent]));
    const [first, last] = affineRange(whole.position, extents);
    const { input } = whole;
    const positions = last - first + 1;
    const kernel: NonzeroProducts = {
      ...whole,
      axes,
      position: addAffine(whole.position, constantIndex(-first)),
      input: {
        ...input,
        offset: input.offset + first * input.positionBytes,
        positions,
        inside: Math.min(positions, input.inside),
      },
      dense,
    };
    // the lists are the thread's own
    return { kernel, shifts: [...shifts, 0] };
  });
}
