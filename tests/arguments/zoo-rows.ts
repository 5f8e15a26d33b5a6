import * as zoo from '../../src/zoo.ts';
import type { Kind } from './kinds.ts';
import * as k from './kinds.ts';
import { positional, type Row } from './row.ts';

const engine = k.orNull((value) => Object.prototype.toString.call(value) === '[object Object]');
const common = { name: k.text, seed: k.orNull(k.count), engine, classes: k.positive };
const small = { inputShape: [12, 12, 1] };
const network = (
  make: (options: never) => unknown,
  kinds: Readonly<Record<string, Kind>>,
  given: object = small,
): Row =>
  // Some options are refused by sequential or model, which name themselves.
  positional('', make, [], {
    given: given as Row['given'],
    kinds: { ...common, inputShape: k.shape, ...kinds },
  });

/** Every ready network. */
export const zooRows: { readonly [K in Exclude<keyof typeof zoo, 'recipes'>]: Row } = {
  digits: network(zoo.digits, { augmentation: k.boolean }),
  residualSmall: network(zoo.residualSmall, { filters: k.positive, stages: k.positive }),
  seed: network(zoo.seed, { dilationRate: k.positive }),
  seedTwoStep: network(zoo.seedTwoStep, { dilationRate: k.positive }),
  standard: network(zoo.standard, { dilationRate: k.positive }),
  tcn: network(
    zoo.tcn,
    { filters: k.positive, kernelSize: k.positive, blocks: k.positive, dropout: k.rate },
    { inputShape: [8, 1], blocks: 2 },
  ),
  tiny: network(zoo.tiny, { augmentation: k.boolean }),
};

/** Every recipe. */
export const recipeRows: Readonly<Record<string, Row>> = Object.fromEntries(
  Object.entries(zoo.recipes).map(([name, recipe]) => [
    name,
    positional('compileOptions', (length: never) => recipe.compileOptions(length), [], {
      given: { samples: 100 },
      kinds: {
        samples: k.positive,
        epochs: k.positive,
        batchSize: k.positive,
        maxLearningRate: k.atLeast(0),
      },
    }),
  ]),
);
