import { stat } from 'node:fs/promises';
import { basename, extname, join } from 'node:path';
import { InvalidArgumentError, nearest } from '../errors/index.ts';
import { loadModel, type Model } from '../model/node-model.ts';
import { adam } from '../nn/optimizers/adam.ts';
import {
  digits,
  type Recipe,
  recipes,
  residualSmall,
  seed,
  seedTwoStep,
  standard,
  type TrainingLength,
  tcn,
  tiny,
} from '../zoo/index.ts';

interface Setting {
  /** [height, width, channels] of an image. */
  readonly inputShape: readonly number[];
  readonly seed: number;
  /** Default 10. */
  readonly classes?: number;
}

/** Networks by name; the temporal one reads an image as a sequence of pixels. */
const networks: Readonly<Record<string, (setting: Setting) => Model>> = {
  seed,
  'seed-two-step': seedTwoStep,
  standard,
  digits,
  tiny,
  'residual-small': residualSmall,
  tcn: ({ inputShape: [height = 1, width = 1, channels = 1], ...rest }) =>
    tcn({ inputShape: [height * width, channels], ...rest }),
};
const networkNames = Object.keys(networks);

/** How help describes the option --model. */
export const networkHelp: string = `${networkNames.join(', ')}, or a saved model (.keras, .h5, .safetensors)`;

export interface NetworkRequest extends Setting {
  /** Name of a network, or path of a saved model. */
  readonly model: string;
  /** Undefined: that of the saved model or of the recipe, else 0.001. */
  readonly learningRate?: number;
  /** How long a new network is to be trained, where it is to be: its recipe asks. */
  readonly length?: Omit<TrainingLength, 'maxLearningRate'>;
}

/** How the network of this name is trained, where it has a recipe. */
export const recipeOf = (model: string): Recipe | undefined =>
  Object.hasOwn(recipes, model) ? recipes[model as keyof typeof recipes] : undefined;

export const isNetworkName = (model: string): boolean => Object.hasOwn(networks, model);

/** The folder of a training that names none: `runs/` and the name of the network or of the file. */
export const outputByDefault = (model: string): string =>
  join('runs', isNetworkName(model) ? model : basename(model, extname(model)));

const objective = { loss: 'sparseCategoricalCrossentropy', metrics: ['accuracy'] } as const;

/**
 * A compiled model: a new network, or a saved one with what it was trained with.
 * @param argument what the name was typed as
 * @throws {InvalidArgumentError} for a name that is neither a network nor a file
 * @throws {FileError} {FormatError} for a file that cannot be read
 */
export async function openNetwork(
  request: NetworkRequest,
  call: string,
  argument = '--model',
): Promise<Model> {
  const { model: name, inputShape, seed: ownSeed, classes, learningRate, length } = request;
  if (isNetworkName(name)) {
    const model = networks[name]!({
      inputShape,
      seed: ownSeed,
      ...(classes === undefined ? {} : { classes }),
    });
    const recipe = length && recipeOf(name);
    model.compile(
      recipe
        ? recipe.compileOptions({ ...length, maxLearningRate: learningRate })
        : { ...objective, optimizer: adam({ learningRate: learningRate ?? 1e-3 }) },
    );
    return model;
  }
  if (!/\.(keras|h5|safetensors)$/.test(name) && !(await stat(name).catch(() => undefined))) {
    throw new InvalidArgumentError({
      call,
      argument,
      expected: `one of ${networkNames.map((each) => `"${each}"`).join(', ')}, or a saved model`,
      received: name,
      suggestion: nearest(name, networkNames),
    });
  }
  const model = await openSavedModel(name);
  if (learningRate !== undefined) {
    requireLoss(model, call, argument);
    model.optimizer.learningRate = learningRate;
  }
  return model;
}

/**
 * A saved model, compiled for classes where the file does not say how it was trained and the outputs may be some.
 * @throws {FileError} {FormatError}
 */
export async function openSavedModel(path: string): Promise<Model> {
  const model = await loadModel(path);
  const mayBeClasses = model.outputs.every(({ shape }) => (shape.at(-1) ?? 0) > 1);
  if (!model.compileOptions && mayBeClasses) model.compile({ ...objective, optimizer: adam() });
  return model;
}

/** @throws {InvalidArgumentError} for a model whose file does not say with which loss it was trained */
export function requireLoss({ compileOptions, name }: Model, call: string, argument: string): void {
  if (compileOptions) return;
  const expected = 'a model whose file says with which loss it was trained';
  throw new InvalidArgumentError({ call, argument, expected, received: name });
}
