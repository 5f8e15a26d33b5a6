import { DataError } from '../errors/index.ts';

type Numbers = ArrayLike<number>;

/**
 * Refuses labels that are no integer from 0 to `classes` - 1.
 * @param name names the labels in the error
 * @param ignored a label beside them that is allowed. Default none
 * @throws {DataError} with the index of the first offender
 */
export function checkLabels(labels: Numbers, classes: number, name = 'labels', ignored?: number): void {
  for (let i = 0; i < labels.length; i++) {
    const label = labels[i]!;
    if ((Number.isInteger(label) && label >= 0 && label < classes) || label === ignored) continue;
    throw new DataError({
      source: name,
      problem: `the label at index ${i} is ${label}, where an integer from 0 to ${classes - 1} is needed`,
      advice: `Give the last layer as many units as there are classes, or correct the labels`,
    });
  }
}

/**
 * Refuses indices that name no row of a table.
 * @throws {DataError} with the index of the first offender
 */
export function checkIndices(indices: Numbers, rows: number, name: string): void {
  for (let i = 0; i < indices.length; i++) {
    const index = indices[i]!;
    if (Number.isInteger(index) && index >= 0 && index < rows) continue;
    throw new DataError({
      source: name,
      problem: `the value at index ${i} is ${index}, where an embedding takes integers from 0 to ${rows - 1}`,
      advice: 'Give the embedding an inputDim above the largest index, or correct the data',
    });
  }
}

const wholeRanges: Readonly<Record<'int32' | 'uint8', readonly [low: number, high: number]>> = {
  int32: [-(2 ** 31), 2 ** 31 - 1],
  uint8: [0, 255],
};

/**
 * Refuses what is no whole number of a type.
 * @throws {DataError} with the index of the first offender
 */
export function checkWhole(values: Numbers, dtype: 'int32' | 'uint8', name: string): void {
  if (values instanceof Uint8Array || (values instanceof Int32Array && dtype === 'int32')) return;
  const [low, high] = wholeRanges[dtype];
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (Number.isInteger(value) && value >= low && value <= high) continue;
    throw new DataError({
      source: name,
      problem: `the value at index ${i} is ${value}, where an input of dtype ${dtype} takes integers from ${low} to ${high}`,
      advice: 'Correct the data, or give the input another dtype',
    });
  }
}

/**
 * Refuses NaN and infinities.
 * @param sampleElements elements of one sample; given, the error names the sample
 * @throws {DataError} with the index of the first offender
 */
export function checkFinite(values: Numbers, name: string, sampleElements?: number): void {
  if (values instanceof Uint8Array || values instanceof Int32Array) return;
  if (values instanceof Float32Array && allFinite(values)) return;
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    // Only NaN and infinities differ from zero when they are subtracted from themselves.
    if (value - value === 0) continue;
    const where = sampleElements ? ` (sample ${Math.floor(i / sampleElements)})` : '';
    throw new DataError({ source: name, problem: `the value at index ${i}${where} is ${value}` });
  }
}

/** An exponent of ones alone, one more, carries into the sign. */
function allFinite({ buffer, byteOffset, length }: Float32Array): boolean {
  const words = new Int32Array(buffer, byteOffset, length);
  let signs = 0;
  for (let i = 0; i < length; i++) signs |= (words[i]! & 0x7fffffff) + 0x00800000;
  return signs >= 0;
}

/**
 * Refuses sample or class weights that are negative or not finite.
 * @throws {DataError} with the index of the first offender
 */
export function checkWeights(weights: Numbers, name = 'sampleWeight'): void {
  for (let i = 0; i < weights.length; i++) {
    const weight = weights[i]!;
    if (weight >= 0 && weight < Infinity) continue;
    throw new DataError({
      source: name,
      problem: `the weight at index ${i} is ${weight}, where a finite number of at least 0 is needed`,
    });
  }
}
