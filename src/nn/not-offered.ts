import { type Place, UnsupportedError } from '../errors/index.ts';
import { plainName } from './naming.ts';

type Reasons = Readonly<Record<string, string>>;

/** Classes of Keras that are not here, and why, by the class. */
export const notOffered: { readonly [K in 'loss' | 'metric' | 'optimizer']: Reasons } = {
  loss: {
    Circle: 'It compares every pair of samples, and the graph has one axis for the samples of a batch',
    Crossentropy:
      'The shape of the targets would choose the loss: name binaryCrossentropy, categoricalCrossentropy or sparseCategoricalCrossentropy',
  },
  metric: {
    Mean: 'It averages values that are no function of target and prediction; give a function in its place',
    MeanMetricWrapper: 'Give the function itself',
    Sum: 'It adds up values that are no function of target and prediction; give a function in its place',
  },
  optimizer: {
    Adafactor: 'Its state has other shapes than the variables',
    LossScaleOptimizer: 'It serves float16; everything here is float32, which needs no scale',
    MultiOptimizer: 'One rule trains all variables; set trainable for those that should stay as they are',
    Muon: 'Its steps multiply matrices of a whole variable',
    ScheduleFreeAdamW: 'Its state begins as a copy of the variables; use adamW with a schedule',
  },
};

/** Why a name or class of Keras is not here; undefined for names that Keras does not have either. */
export const reasonAgainst = (kind: keyof typeof notOffered, name: string): string | undefined =>
  Object.entries(notOffered[kind]).find(([own]) => plainName(own) === plainName(name))?.[1];

/** @throws {UnsupportedError} for a name or class of Keras that is known and not offered */
export function refuseNotOffered(kind: keyof typeof notOffered, name: unknown, place: Place = {}): void {
  const reason = typeof name === 'string' ? reasonAgainst(kind, name) : undefined;
  if (reason)
    throw new UnsupportedError({ ...place, feature: `The ${kind} "${name}" of Keras`, advice: reason });
}
