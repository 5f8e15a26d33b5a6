import * as ops from '../../ops/index.ts';
import { lossKind } from './define.ts';
import type { Loss } from './loss.ts';

/** Mean of (prediction - target)^2. */
export const meanSquaredError: () => Loss = lossKind({
  className: 'MeanSquaredError',
  name: 'meanSquaredError',
  target: 'values',
  options: {},
  values: (_, target, prediction) => ops.meanSquaredError(target, prediction),
});

/** Mean of |prediction - target|. */
export const meanAbsoluteError: () => Loss = lossKind({
  className: 'MeanAbsoluteError',
  name: 'meanAbsoluteError',
  target: 'values',
  options: {},
  values: (_, target, prediction) => ops.abs(ops.subtract(prediction, target)),
});
