import type { ImageSets } from '../../src/data/mnist-files.ts';
import { tensorDataset } from '../../src/data/tensor-dataset.ts';
import { tensor } from '../../src/tensor/tensor.ts';

export { tensorDataset } from '../../src/data/tensor-dataset.ts';

const count = 96;

/** What the pages take for MNIST: 96 images in which nothing is drawn. */
export async function mnist(): Promise<ImageSets> {
  const pixels = Uint8Array.from({ length: count * 784 }, (_, k) => (k * 31) % 256);
  const labels = Uint8Array.from({ length: count }, (_, k) => k % 10);
  const set = tensorDataset(tensor(pixels, [count, 28, 28, 1]), tensor(labels, [count]));
  return { train: set, test: set };
}
