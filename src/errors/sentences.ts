import type { InvalidArgument, NonFinite, Place, UnknownOption, Unsupported, WrongShape } from './details.ts';
import { show, showShape } from './show.ts';

const inPlace = (place: Place): string =>
  place.layer !== undefined
    ? ` in layer "${place.layer}"`
    : place.call !== undefined
      ? ` in ${place.call}`
      : '';

const stop = (sentence: string): string => (/[.!?]$/.test(sentence) ? sentence : `${sentence}.`);

const sentences = (...parts: (string | undefined)[]): string =>
  parts
    .filter((part) => part !== undefined && part !== '')
    .map((part) => stop(part!))
    .join(' ');

const didYouMean = (name: string | undefined): string | undefined => name && `Did you mean "${name}"?`;

export function invalidValue(details: InvalidArgument): string {
  return sentences(
    `Invalid value for ${details.argument}${inPlace(details)}`,
    `Expected ${details.expected}`,
    `Received: ${show(details.received)}`,
    didYouMean(details.suggestion),
  );
}

export function unknownName(details: UnknownOption): string {
  return sentences(
    `Unknown option "${details.option}"${inPlace(details)}`,
    didYouMean(details.suggestion),
    details.known.length > 0 ? `Known options: ${details.known.join(', ')}` : 'It takes no options',
  );
}

export function wrongShape(details: WrongShape): string {
  const { expected } = details;
  return sentences(
    `Wrong shape for ${details.subject}${inPlace(details)}`,
    `Expected ${typeof expected === 'string' ? expected : showShape(expected)}`,
    `Received: ${showShape(details.received)}`,
  );
}

/** People count steps and epochs from 1. */
export function nonFinite(details: NonFinite): string {
  const { step, epoch, layer } = details;
  const at = [
    step === undefined ? [] : `at step ${step + 1}`,
    epoch === undefined ? [] : `in epoch ${epoch + 1}`,
  ].flat();
  return sentences(
    [`The ${details.quantity} became ${details.value}`, at.join(', ')].filter(Boolean).join(' '),
    layer && `The first layer whose values are not finite is "${layer}"`,
    'Check the data for values that are not finite, or take a smaller learning rate',
  );
}

export function unsupported(details: Unsupported): string {
  return sentences(`${details.feature} is not supported${inPlace(details)}`, details.advice);
}

export function unable(doWhat: string, problem: string, advice: string | undefined): string {
  return sentences(`Cannot ${doWhat}: ${problem}`, advice);
}
