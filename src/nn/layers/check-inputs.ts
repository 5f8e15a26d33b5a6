import { InvalidArgumentError, ShapeError } from '../../errors/index.ts';
import type { Rules } from '../options.ts';
import type { LayerKind, Shape } from './layer-kind.ts';

const inputCounts = {
  one: [1, 1, 'one input'],
  two: [2, 2, 'two inputs'],
  many: [2, Number.POSITIVE_INFINITY, 'at least two inputs'],
  any: [1, Number.POSITIVE_INFINITY, 'inputs'],
} as const;

/**
 * Checks number and rank of the inputs of a layer.
 * @throws {InvalidArgumentError} {ShapeError}
 */
export function checkInputs(kind: LayerKind<Rules>, inputs: readonly Shape[]): void {
  const { inputs: count = 'one', inputRank } = kind;
  const [least, most, expected] = inputCounts[count];
  if (inputs.length < least || inputs.length > most) {
    throw new InvalidArgumentError({ argument: 'inputs', expected, received: inputs.length });
  }
  if (inputRank && inputs[0]!.length !== inputRank[0]) {
    const dimensions = `${inputRank[0] + 1} dimensions ${inputRank[1]}`;
    throw new ShapeError({ subject: 'the input', expected: dimensions, received: [null, ...inputs[0]!] });
  }
}
