import { csvLogger } from '../events/csv-logger.ts';
import { jsonLogger } from '../events/json-logger.ts';
import { tensorBoard } from '../events/tensor-board.ts';
import type { Callback } from '../training/callback.ts';
import type { LogSettings } from './training-settings.ts';

/** Steps between points of the curves by step. */
const stepsBetween = 20;

/** The logs that were asked for; those of a training that is resumed go on. */
export const logCallbacks = ({ csv, log, tensorboard }: LogSettings): Callback[] => [
  ...(csv === undefined ? [] : [csvLogger({ filename: csv })]),
  ...(log === undefined ? [] : [jsonLogger({ filename: log })]),
  ...(tensorboard === undefined
    ? []
    : [tensorBoard({ logDir: tensorboard, histogramFreq: 1, writeImages: true, updateFreq: stepsBetween })]),
];
