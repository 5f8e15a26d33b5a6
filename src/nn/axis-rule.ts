import { integerBetween } from '../errors/index.ts';
import { type Rule, refusal } from './options.ts';

/** An axis counted as in Keras with the batch as axis 0, or negative from the end; the batch itself is refused. */
export const axisRule: Rule<number> = {
  read: (value, argument, place) => {
    if (value !== 0) return integerBetween(value, -8, 8, argument, place);
    throw refusal(argument, 'an axis other than 0, which is the batch', value, place);
  },
  write: (value) => value,
};
