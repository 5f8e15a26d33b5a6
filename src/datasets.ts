export type { Batch, BatchOptions, Dataset } from './data/dataset.ts';
export type { Field, TensorGroup, TensorLike } from './data/field.ts';
export { type GeneratorDatasetOptions, generatorDataset } from './data/generator-dataset.ts';
export type { Image } from './data/image.ts';
export { decodeImage, type ImageLimits } from './data/image-file.ts';
export type { ImageSets } from './data/mnist-files.ts';
export {
  ImageDirectoryDataset,
  type ImageDirectoryOptions,
  imageDatasetFromDirectory,
  type LabelMode,
} from './data/node-image-folder.ts';
export { fashionMnist, type MnistOptions, mnist } from './data/node-mnist.ts';
export { type DigitPicture, preprocessDigit } from './data/preprocess-digit.ts';
export {
  TensorDataset,
  type TensorDatasetOptions,
  tensorDataset,
  validationSplit,
} from './data/tensor-dataset.ts';
