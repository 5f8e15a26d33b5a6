import { InvalidArgumentError, nearest, type Place } from '../../errors/index.ts';
import { camelCase } from '../naming.ts';
import { adam, adamW } from './adam.ts';
import type { Optimizer } from './optimizer.ts';
import { rmsprop } from './rmsprop.ts';
import { sgd } from './sgd.ts';

/** An optimiser or its name. */
export type OptimizerLike = Optimizer | string;

const byName: Readonly<Record<string, () => Optimizer>> = { sgd, adam, adamW, rmsprop };

/**
 * Finds an optimiser by name (`adam`, `adamW`, `rmsprop`, `sgd`; case does not count).
 * @throws {InvalidArgumentError}
 */
export function getOptimizer(value: unknown, place: Place = {}): Optimizer {
  if (typeof value === 'object' && value !== null && 'updateVariable' in value) return value as Optimizer;
  const found =
    typeof value === 'string' &&
    Object.keys(byName).find((name) => name.toLowerCase() === camelCase(value).toLowerCase());
  if (found) return byName[found]!();
  throw new InvalidArgumentError({
    ...place,
    argument: 'optimizer',
    expected: 'an optimizer or its name',
    received: value,
    suggestion: typeof value === 'string' ? nearest(value, Object.keys(byName)) : undefined,
  });
}
