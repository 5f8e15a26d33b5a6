import { InvalidArgumentError, knownOptions } from '../../errors/index.ts';
import type { Callback } from '../callback.ts';

/** Functions to call in a training. */
export type LambdaCallbackOptions = Pick<
  Callback,
  'onTrainBegin' | 'onEpochBegin' | 'onBatchEnd' | 'onEpochEnd' | 'onTrainEnd' | 'onTrainLeave'
>;

const names: { readonly [K in keyof Required<LambdaCallbackOptions>]: true } = {
  onTrainBegin: true,
  onEpochBegin: true,
  onBatchEnd: true,
  onEpochEnd: true,
  onTrainEnd: true,
  onTrainLeave: true,
};

/**
 * A callback from functions, for those who look for Keras's LambdaCallback: a plain object with such functions does
 * the same.
 * @throws {InvalidArgumentError}
 */
export function lambdaCallback(functions: LambdaCallbackOptions): Callback {
  const call = 'callbacks.lambdaCallback';
  knownOptions(functions, Object.keys(names), { call });
  for (const [argument, received] of Object.entries(functions)) {
    if (received !== undefined && typeof received !== 'function')
      throw new InvalidArgumentError({ call, argument, expected: 'a function', received });
  }
  return { ...functions };
}
