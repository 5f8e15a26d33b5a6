import { InvalidArgumentError, nearest, type Place } from '../../errors/index.ts';
import { customObject } from '../custom-objects.ts';
import { camelCase } from '../naming.ts';
import { refuseNotOffered } from '../not-offered.ts';
import * as makers from './makers.ts';
import type { Optimizer } from './optimizer.ts';

/** An optimiser or its name. */
export type OptimizerLike = Optimizer | OptimizerName;

/** Names of optimisers, ours and those of Keras. */
export type OptimizerName = keyof typeof makers | Lowercase<keyof typeof makers>;

type Make = (options?: object) => Optimizer;

const byName: Readonly<Record<string, Make>> = makers;
const byClass: ReadonlyMap<string, Make> = new Map(
  Object.values(makers as Readonly<Record<string, Make>>).map((make) => [make().className, make]),
);

/** The function that makes optimisers of a class of Keras, or undefined. */
export const optimizerOfClass = (className: string): Make | undefined =>
  (customObject('optimizers', className) as Make | undefined) ?? byClass.get(className);

/**
 * Finds an optimiser by name (`adadelta`, `adagrad`, `adam`, `adamW`, `adamax`, `ftrl`, `lamb`, `lion`, `nadam`, `rmsprop`,
 * `sgd`; case does not count).
 * @param place for errors: what was called. Default none
 * @throws {InvalidArgumentError}
 */
export function getOptimizer(value: unknown, place: Place = {}): Optimizer {
  if (typeof value === 'object' && value !== null && 'updateVariable' in value) return value as Optimizer;
  const found =
    typeof value === 'string' &&
    Object.keys(byName).find((name) => name.toLowerCase() === camelCase(value).toLowerCase());
  if (found) return byName[found]!();
  const custom = customObject('optimizers', value);
  if (custom) return custom({});
  refuseNotOffered('optimizer', value, place);
  throw new InvalidArgumentError({
    ...place,
    argument: 'optimizer',
    expected: 'an optimizer or its name',
    received: value,
    suggestion: typeof value === 'string' ? nearest(value, Object.keys(byName)) : undefined,
  });
}
