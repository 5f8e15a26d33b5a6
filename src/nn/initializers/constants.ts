import { knownOptions } from '../../errors/index.ts';
import { elementCount } from '../../ir/tensor-type.ts';
import { number, optional, readOptions } from '../options.ts';
import type { Initializer } from './initializer.ts';

const filled = (className: string, value: number, config = {}): Initializer => ({
  className,
  config,
  values: (shape) => new Float32Array(elementCount(shape)).fill(value),
});

/** All zeros. It has no options. */
export function zeros(options: object = {}): Initializer {
  knownOptions(options, [], { call: 'initializers.zeros' });
  return filled('Zeros', 0);
}

/** All ones. It has no options. */
export function ones(options: object = {}): Initializer {
  knownOptions(options, [], { call: 'initializers.ones' });
  return filled('Ones', 1);
}

/** All the same number. Default value 0. */
export function constant(options: { readonly value?: number } = {}): Initializer {
  const { value } = readOptions(options, { value: optional(number(), 0) }, { call: 'initializers.constant' });
  return filled('Constant', value, { value });
}
