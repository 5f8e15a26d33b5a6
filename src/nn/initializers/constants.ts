import { elementCount } from '../../ir/tensor-type.ts';
import { number, optional, readOptions } from '../options.ts';
import type { Initializer } from './initializer.ts';

const filled = (className: string, value: number, config = {}): Initializer => ({
  className,
  config,
  values: (shape) => new Float32Array(elementCount(shape)).fill(value),
});

/** All zeros. */
export const zeros = (): Initializer => filled('Zeros', 0);

/** All ones. */
export const ones = (): Initializer => filled('Ones', 1);

/** All the same number. Default value 0. */
export function constant(options: { readonly value?: number } = {}): Initializer {
  const { value } = readOptions(options, { value: optional(number(), 0) }, { call: 'initializers.constant' });
  return filled('Constant', value, { value });
}
