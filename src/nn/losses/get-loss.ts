import { InvalidArgumentError, nearest, type Place } from '../../errors/index.ts';
import type { Node } from '../../graph/node.ts';
import { camelCase } from '../naming.ts';
import {
  binaryCrossentropy,
  categoricalCrossentropy,
  sparseCategoricalCrossentropy,
} from './cross-entropy.ts';
import { sampleMean } from './define.ts';
import { meanAbsoluteError, meanSquaredError } from './differences.ts';
import type { Loss } from './loss.ts';

/** A loss, its name, or a function from target and prediction (in its shape) to losses of elements. */
export type LossLike = Loss | string | ((target: Node, prediction: Node) => Node);

const byName: Readonly<Record<string, () => Loss>> = {
  sparseCategoricalCrossentropy,
  categoricalCrossentropy,
  binaryCrossentropy,
  meanSquaredError,
  mse: meanSquaredError,
  meanAbsoluteError,
  mae: meanAbsoluteError,
};

/** The loss of a name, or undefined. */
export function lossNamed(name: string): Loss | undefined {
  const plain = camelCase(name);
  const key = plain.charAt(0).toLowerCase() + plain.slice(1);
  return Object.hasOwn(byName, key) ? byName[key]!() : undefined;
}

/** Names that `lossNamed` knows. */
export const lossNames: readonly string[] = Object.keys(byName);

/**
 * Finds a loss by name (camelCase, snake_case or the class of Keras).
 * @throws {InvalidArgumentError}
 */
export function getLoss(value: unknown, argument = 'loss', place: Place = {}): Loss {
  if (typeof value === 'object' && value !== null && 'perSample' in value) return value as Loss;
  if (typeof value === 'function') return ownLoss(value as (target: Node, prediction: Node) => Node);
  const found = typeof value === 'string' ? lossNamed(value) : undefined;
  if (found) return found;
  throw new InvalidArgumentError({
    ...place,
    argument,
    expected: 'a loss, its name, or a function',
    received: value,
    suggestion: typeof value === 'string' ? nearest(value, lossNames) : undefined,
  });
}

const ownLoss = (values: (target: Node, prediction: Node) => Node): Loss => ({
  className: 'Function',
  name: values.name || 'loss',
  target: 'values',
  perSample: (target, prediction) => sampleMean(values(target, prediction)),
  getConfig: () => ({}),
});
