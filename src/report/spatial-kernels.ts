import { elementCount } from '../ir/tensor-type.ts';
import type { Model } from '../model/model.ts';
import type { ConvOptions } from '../nn/layers/index.ts';
import type { Layer } from '../nn/layers/layer.ts';
import type { Tensor } from '../tensor/tensor.ts';

/** Kernels of a layer that each look at one channel. */
export interface SpatialKernels {
  readonly layer: string;
  readonly className: string;
  /** Taps and steps between them, [height, width] or [length]. */
  readonly taps: readonly number[];
  readonly dilation: readonly number[];
  /** Weights of each kernel that is shown, taps in row-major order. */
  readonly kernels: readonly Float32Array[];
  /** Kernels that the layer has. */
  readonly count: number;
}

/**
 * Kernels of depthwise and separable convolutions, and of convolutions over one channel, in one or two dimensions.
 * @param most kernels a layer; of more, those with the largest weights
 */
export function spatialKernels(model: Model, weights: readonly Tensor[], most: number): SpatialKernels[] {
  const found: SpatialKernels[] = [];
  let at = 0;
  for (const layer of model.layers) {
    const own = layer.weights.filter(({ internal }) => !internal);
    const kernel = weights[at];
    at += own.length;
    const kernels = kernel && isSpatial(layer, kernel.shape) ? split(kernel) : [];
    const { kernelSize: taps, dilationRate: dilation } = layer.options as unknown as ConvOptions;
    if (kernels.length === 0 || elementCount(taps as readonly number[]) === 1) continue;
    found.push({
      layer: layer.name,
      className: layer.className,
      taps: taps as readonly number[],
      dilation: dilation as readonly number[],
      kernels: largest(kernels, most),
      count: kernels.length,
    });
  }
  return found;
}

function isSpatial({ className }: Layer, shape: readonly number[]): boolean {
  if (/^(Separable|Depthwise)Conv[12]D$/.test(className)) return true;
  return /^Conv[12]D$/.test(className) && shape.at(-2) === 1;
}

/** Kernels [...taps, channels, multiplier], one a channel and multiplier. */
function split({ data, shape }: Tensor): Float32Array[] {
  const count = shape.at(-2)! * shape.at(-1)!;
  return Array.from({ length: count }, (_, k) =>
    Float32Array.from({ length: data.length / count }, (_, tap) => data[tap * count + k]!),
  );
}

function largest(kernels: readonly Float32Array[], most: number): Float32Array[] {
  if (kernels.length <= most) return [...kernels];
  const size = (kernel: Float32Array): number => kernel.reduce((sum, w) => sum + w * w, 0);
  const order = kernels
    .map((kernel, k) => ({ k, size: size(kernel) }))
    .sort((a, b) => b.size - a.size || a.k - b.k);
  const kept = new Set(order.slice(0, most).map(({ k }) => k));
  return kernels.filter((_, k) => kept.has(k));
}
