import {
  booleanValue,
  InvalidArgumentError,
  integerBetween,
  knownOptions,
  nonEmptyString,
  nonNegativeInteger,
  optionalSignal,
} from '../errors/index.ts';
import { Model } from '../model/model.ts';
import { optionNames, type ReportOptions, type TrainingHistory } from './options.ts';

const place = { call: 'report' };

const refuse = (argument: string, expected: string, received: unknown): never => {
  throw new InvalidArgumentError({ ...place, argument, expected, received });
};

const isPlain = (value: unknown): value is Readonly<Record<string, unknown>> =>
  Object.prototype.toString.call(value) === '[object Object]';

/** @throws {InvalidArgumentError} for what a report cannot be made of */
export function checkedOptions(
  model: unknown,
  history: TrainingHistory | undefined,
  options: ReportOptions,
): ReportOptions {
  if (!(model instanceof Model)) refuse('model', 'a model', model);
  if (history !== undefined) checkHistory(history);
  knownOptions(options, optionNames, place);
  const { title, dataName, command, version, maxSamples, sample, seed, trainSamples } = options;
  const { classNames, pictureShape, settings, machine, continued, date, signal } = options;
  for (const [argument, value] of Object.entries({ title, dataName, command, version }))
    if (value !== undefined) nonEmptyString(value, argument, place);
  for (const [argument, value] of Object.entries({ sample, seed, trainSamples }))
    if (value !== undefined) nonNegativeInteger(value, argument, place);
  if (maxSamples !== undefined) integerBetween(maxSamples, 1, 2 ** 31, 'maxSamples', place);
  if (continued !== undefined) booleanValue(continued, 'continued', place);
  if (classNames !== undefined && !isListOf(classNames, (name) => typeof name === 'string'))
    refuse('classNames', 'an array of names', classNames);
  if (pictureShape !== undefined && !isListOf(pictureShape, (n) => Number.isSafeInteger(n) && Number(n) > 0))
    refuse('pictureShape', '[height, width, channels]', pictureShape);
  for (const [argument, value] of Object.entries({ settings, machine }))
    if (value !== undefined && !(isPlain(value) && Object.values(value).every(isShown)))
      refuse(argument, 'an object of strings and numbers', value);
  if (date !== undefined && !(date instanceof Date && Number.isFinite(date.getTime())))
    refuse('date', 'a valid Date', date);
  optionalSignal(signal, place);
  return options;
}

const isListOf = (value: unknown, fits: (item: unknown) => boolean): boolean =>
  Array.isArray(value) && value.length > 0 && value.every(fits);

const isShown = (value: unknown): boolean => typeof value === 'string' || typeof value === 'number';

function checkHistory(given: unknown): void {
  const { epoch, history, seconds = [] } = Object(given) as Readonly<Record<string, unknown>>;
  const numbers = (value: unknown): boolean =>
    Array.isArray(value) && value.every((item) => item === null || typeof item === 'number');
  if (!numbers(epoch) || !numbers(seconds) || !isPlain(history) || !Object.values(history).every(numbers))
    refuse('history', 'what fit returned: { epoch, history }', given);
}
