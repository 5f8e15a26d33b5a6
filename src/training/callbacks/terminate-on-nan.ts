import { functionValue, type NumericError } from '../../errors/index.ts';
import type { Callback } from '../callback.ts';

/**
 * Ends a training in good order where the loss is not finite, as Keras's TerminateOnNaN does: `fit` resolves with the
 * epochs before, and the weights are those before that step, which assigns nothing. Without it `fit` rejects with a
 * NumericError.
 * @param onInvalidLoss is told the error, which names the step and the first layer whose values are not finite. Default none
 * @throws {InvalidArgumentError} if it is no function
 */
export function terminateOnNaN(onInvalidLoss?: (error: NumericError) => void): Callback {
  const place = { call: 'callbacks.terminateOnNaN' };
  if (onInvalidLoss !== undefined)
    functionValue(onInvalidLoss, 'a function of the error', 'onInvalidLoss', place);
  return {
    onInvalidLoss(error) {
      onInvalidLoss?.(error);
      return true;
    },
  };
}
