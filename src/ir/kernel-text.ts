import { printAffine } from './affine.ts';
import type { PlanKernel } from './plan.ts';
import { StructuralKeys } from './structural.ts';

const texts = new WeakMap<PlanKernel, string>();

/** A text that is equal for kernels that compute the same on buffers of the same types, whatever their names. */
export function kernelText(kernel: PlanKernel): string {
  let text = texts.get(kernel);
  if (text === undefined) {
    text = makeText(kernel);
    texts.set(kernel, text);
  }
  return text;
}

function makeText(kernel: PlanKernel): string {
  if (!('stores' in kernel))
    return JSON.stringify({ ...kernel, name: '', buffers: kernel.buffers.map((b) => b.dtype) });
  const keys = new StructuralKeys();
  const stores = kernel.stores.map(
    ({ buffer, address, value, accumulate }) =>
      `${buffer} ${printAffine(address)} ${keys.key(value)} ${accumulate}`,
  );
  const axes = kernel.axes.map(({ name, extent }) => `${name}:${extent}`);
  const dtypes = kernel.buffers.map(({ dtype }) => dtype);
  const clips = (kernel.clips ?? []).map(
    ({ axis, position, extent }) => `${axis} ${printAffine(position)} ${extent}`,
  );
  return [axes, dtypes, kernel.paddedAxes, kernel.sparse, clips, stores.join(';'), keys.texts.join(';')].join(
    '|',
  );
}
