import { finiteNumber, knownOptions, positiveInteger } from '../errors/index.ts';
import type { CompileOptions } from '../model/compile-options.ts';
import { adam } from '../nn/optimizers/adam.ts';
import { cosineDecay } from '../nn/schedules/decays.ts';

/** How long a training is. */
export interface TrainingLength {
  /** Samples an epoch. */
  readonly samples: number;
  /** Default: those of the recipe. */
  readonly epochs?: number;
  /** Default: that of the recipe. */
  readonly batchSize?: number;
  /** Default: that of the recipe. */
  readonly maxLearningRate?: number;
}

/** How a network of the zoo is trained; its augmentation is part of the network. */
export interface Recipe {
  readonly epochs: number;
  readonly batchSize: number;
  /** Highest rate of the one cycle that Adam goes through. */
  readonly maxLearningRate: number;
  /**
   * What `compile` takes: Adam in one cycle over the whole training, cross-entropy with whole numbers of classes, accuracy.
   * @throws {InvalidArgumentError}
   */
  compileOptions(length: TrainingLength): CompileOptions;
}

/** Share of the training in which the rate rises. */
const warmup = 0.2;
/** The rate begins at this share of the highest one. */
const beginning = 0.2;

function recipe(chosen: Omit<Recipe, 'compileOptions'>): Recipe {
  return {
    ...chosen,
    compileOptions: (length) => {
      const place = { call: 'compileOptions' };
      knownOptions(length, ['samples', 'epochs', 'batchSize', 'maxLearningRate'], place);
      const { epochs, batchSize, maxLearningRate } = { ...chosen, ...defined(length) };
      finiteNumber(maxLearningRate, 'maxLearningRate', place, { min: 0 });
      for (const [name, value] of Object.entries({ samples: length.samples, epochs, batchSize }))
        positiveInteger(value, name, place);
      const steps = epochs * Math.ceil(length.samples / batchSize);
      const warmupSteps = Math.floor(warmup * steps);
      // One cycle in the terms of Keras, so that a `.keras` file holds it.
      const learningRate = cosineDecay({
        initialLearningRate: beginning * maxLearningRate,
        warmupTarget: maxLearningRate,
        warmupSteps,
        decaySteps: steps - warmupSteps,
      });
      return {
        optimizer: adam({ learningRate }),
        loss: 'sparseCategoricalCrossentropy',
        metrics: ['accuracy'],
      };
    },
  };
}

const defined = <T extends object>(values: T): Partial<T> =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Partial<T>;

/** The recipes of networks that have one, by the names of the networks. */
export const recipes: { readonly digits: Recipe; readonly tiny: Recipe } = {
  digits: recipe({ epochs: 8, batchSize: 128, maxLearningRate: 0.006 }),
  tiny: recipe({ epochs: 30, batchSize: 128, maxLearningRate: 0.01 }),
};
