import type { Layer } from '../../nn/layers/layer.ts';

/** Classes of layers that change batches where they are fed: those that map places, and others. */
const kinds = {
  RandomFlip: 'geometric',
  RandomTranslation: 'geometric',
  RandomRotation: 'geometric',
  RandomZoom: 'geometric',
  RandomContrast: 'other',
  RandomErasing: 'other',
  MixUp: 'other',
} as const;

type Kinds = typeof kinds;
export type AugmentationClass<K extends Kinds[keyof Kinds]> = {
  [C in keyof Kinds]: Kinds[C] extends K ? C : never;
}[keyof Kinds];

/** True for layers that change batches where they are fed. */
export const isAugmentation = ({ className }: Layer): boolean => Object.hasOwn(kinds, className);

/** True for those of them that map places. */
export const isGeometric = (layer: Layer): boolean =>
  isAugmentation(layer) && kinds[layer.className as keyof Kinds] === 'geometric';
