import { InvalidArgumentError, nearest, type Place } from '../../errors/index.ts';
import { type CustomObjects, customObject, optionsOfConfig } from '../custom-objects.ts';
import type { NameLike, PlainName } from '../names.ts';
import { plainName } from '../naming.ts';
import { refuseNotOffered } from '../not-offered.ts';
import type { Loss } from './loss.ts';
import * as makers from './makers.ts';
import { type OwnFunction, ownFunction } from './own-function.ts';

/** A loss, its name, or a function from target and prediction (in its shape) to losses of elements. */
export type LossLike = Loss | LossName | OwnFunction;

type ShortName = 'bce' | 'kld' | 'mae' | 'mape' | 'mse' | 'msle';
/** Names of losses, ours and those of Keras. */
export type LossName = NameLike<PlainName<typeof makers>> | ShortName;

type Make = (options?: object) => Loss;

const byName: Readonly<Record<string, Make>> = {
  ...makers,
  bce: makers.binaryCrossentropy,
  kld: makers.klDivergence,
  mae: makers.meanAbsoluteError,
  mape: makers.meanAbsolutePercentageError,
  mse: makers.meanSquaredError,
  msle: makers.meanSquaredLogarithmicError,
};
const byClass: ReadonlyMap<string, Make> = new Map(
  Object.values(makers as Readonly<Record<string, Make>>).map((make) => [make().className, make]),
);
const byPlainName: ReadonlyMap<string, Make> = new Map(
  Object.entries(byName).map(([name, make]) => [plainName(name), make]),
);

/** What people mean by names that no loss has here. */
const meant: Readonly<Record<string, LossName>> = {
  ce: 'categoricalCrossentropy',
  cce: 'categoricalCrossentropy',
  l1: 'meanAbsoluteError',
  l2: 'meanSquaredError',
  logloss: 'binaryCrossentropy',
  nll: 'sparseCategoricalCrossentropy',
  scce: 'sparseCategoricalCrossentropy',
  softmaxcrossentropy: 'categoricalCrossentropy',
  xent: 'categoricalCrossentropy',
};

/** The loss of a name (case and underscores do not count), or undefined. */
export const lossNamed = (name: string): Loss | undefined => byPlainName.get(plainName(name))?.();

/** The function that makes losses of a class of Keras, or undefined. */
export const lossOfClass = (className: string): Make | undefined => byClass.get(className);

/**
 * A registered loss.
 * @throws {InvalidArgumentError} where what was registered makes none
 */
export function lossFrom(
  name: string,
  custom: NonNullable<CustomObjects['losses']>[string],
  config: unknown,
  argument: string,
  place: Place = {},
): Loss {
  if (typeof custom === 'function')
    return { ...ownFunction(custom, argument, name), name, getConfig: () => ({}) };
  const made: unknown = custom.fromOptions(optionsOfConfig(config));
  if (Object(made) === made && typeof (made as Loss).perSample === 'function') return made as Loss;
  throw new InvalidArgumentError({ ...place, argument, expected: `a loss from "${name}"`, received: made });
}

/** Names that `lossNamed` knows. */
export const lossNames: readonly string[] = Object.keys(byName);

/**
 * Finds a loss by name (camelCase, snake_case or the class of Keras).
 * @param argument for errors. Default `loss`
 * @param place for errors: what was called. Default none
 * @throws {InvalidArgumentError}
 */
export function getLoss(value: unknown, argument = 'loss', place: Place = {}): Loss {
  if (typeof value === 'object' && value !== null && 'perSample' in value) return value as Loss;
  if (typeof value === 'function')
    return { ...ownFunction(value as OwnFunction, argument, 'loss'), getConfig: () => ({}) };
  const custom = customObject('losses', value);
  if (custom) return lossFrom(value as string, custom, {}, argument, place);
  const found = typeof value === 'string' ? lossNamed(value) : undefined;
  if (found) return found;
  refuseNotOffered('loss', value, place);
  throw new InvalidArgumentError({
    ...place,
    argument,
    expected: 'a loss, its name, or a function',
    received: value,
    suggestion:
      typeof value === 'string' ? (meant[plainName(value)] ?? nearest(value, lossNames)) : undefined,
  });
}
