import * as k from './kinds.ts';
import { dataFormat, type LayerRows } from './layer-row.ts';

const image = { given: {}, inputs: [[4, 4, 2]] } as const;
const share = (low: number): k.Kind => k.either(k.between(low, 1), k.list(k.between(low, 1), 2, 2));
const aboveMinusOne = k.either(k.aboveUpTo(-1, 1), k.list(k.aboveUpTo(-1, 1), 2, 2));
const range: k.Kind = (value) =>
  k.list(k.number, 2, 2)(value) && (value as number[])[0]! < (value as number[])[1]!;
const resampling = {
  fillMode: k.oneOf('reflect', 'wrap', 'constant', 'nearest'),
  interpolation: k.oneOf('bilinear', 'nearest'),
  fillValue: k.number,
  dataFormat,
};

/** Layers that change the images of a batch. */
export const augmentationRows: LayerRows<
  | 'mixUp'
  | 'randomContrast'
  | 'randomErasing'
  | 'randomFlip'
  | 'randomRotation'
  | 'randomTranslation'
  | 'randomZoom'
> = {
  mixUp: { ...image, kinds: { alpha: k.aboveUpTo(0, 1), dataFormat } },
  randomContrast: {
    ...image,
    kinds: { factor: share(0), valueRange: range, dataFormat },
    given: { factor: 0.2 },
  },
  randomErasing: {
    ...image,
    kinds: {
      factor: share(0),
      scale: share(0),
      fillValue: k.orNull(k.number),
      valueRange: range,
      dataFormat,
    },
  },
  randomFlip: { ...image, kinds: { mode: k.oneOf('horizontal'), dataFormat } },
  randomRotation: { ...image, kinds: { factor: share(-1), ...resampling }, given: { factor: 0.1 } },
  randomTranslation: {
    ...image,
    kinds: { heightFactor: share(-1), widthFactor: share(-1), ...resampling },
    given: { heightFactor: 0.1, widthFactor: 0.1 },
  },
  randomZoom: {
    ...image,
    kinds: { heightFactor: aboveMinusOne, widthFactor: k.orNull(aboveMinusOne), ...resampling },
    given: { heightFactor: 0.1 },
  },
};
