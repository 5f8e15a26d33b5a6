import { csvLogger } from '../events/csv-logger.ts';
import { jsonLogger } from '../events/json-logger.ts';
import type { Callback } from '../training/callback.ts';
import type { LogSettings } from './training-settings.ts';

/** The logs that were asked for; those of a training that is resumed go on. */
export const logCallbacks = ({ csv, log }: LogSettings): Callback[] => [
  ...(csv === undefined ? [] : [csvLogger({ filename: csv })]),
  ...(log === undefined ? [] : [jsonLogger({ filename: log })]),
];
