import { nonNegativeInteger } from '../../errors/index.ts';
import { nullable, type Rule } from '../options.ts';

/** A seed of an initialiser's own, or null for the seed of the model. */
export const seedRule: Rule<number | null> = nullable<number>({
  read: nonNegativeInteger,
  write: (value) => value,
});
