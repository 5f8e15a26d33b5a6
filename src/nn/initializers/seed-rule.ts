import { nonNegativeInteger } from '../../errors/index.ts';
import { nullable } from '../options.ts';

/** A seed of an initialiser's own, or null for the seed of the model. */
export const seedRule = nullable<number>({ read: nonNegativeInteger, write: (value) => value });
