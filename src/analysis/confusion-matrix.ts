import { checkLabels, checkWeights } from '../data/check.ts';
import {
  InvalidArgumentError,
  integerBetween,
  knownOptions,
  positiveInteger,
  ShapeError,
} from '../errors/index.ts';
import { Tensor } from '../tensor/tensor.ts';

export interface ConfusionMatrixOptions {
  /** How many classes there are. Default: the last dimension of probabilities, else one more than the largest class. */
  readonly classes?: number;
  /** What each sample counts, finite and at least 0. Default 1. */
  readonly sampleWeight?: ArrayLike<number>;
}

/** Classes by number, or what a model predicts or is trained with. */
export type Classes = Tensor | ArrayLike<number>;

const call = 'analysis.confusionMatrix';
/** Beyond them the matrix takes gigabytes. */
const mostClasses = 10_000;

/**
 * How often each class was taken for which: row `labels`, column `predictions`. Either is given as whole numbers (an
 * array, or a tensor of shape [samples]), as one number for each class (a tensor of shape [..., classes] of one-hot
 * labels or of probabilities: the first of the largest counts), or as one probability (a tensor of shape [..., 1]: class
 * 1 above 0.5). Several dimensions before the classes, as of pictures that are segmented, all count.
 * @param labels the true classes
 * @param predictions the classes that were said
 * @returns shape [classes, classes]: counts as int32, or sums of weights as float32
 * @throws {InvalidArgumentError} {ShapeError} where counts differ, or for more than 10,000 classes
 * @throws {DataError} for a class that is no whole number from 0 to `classes` - 1
 */
export function confusionMatrix(
  labels: Classes,
  predictions: Classes,
  options: ConfusionMatrixOptions = {},
): Tensor {
  knownOptions(options, ['classes', 'sampleWeight'], { call });
  const { sampleWeight } = options;
  const [truth, said] = [classesOf(labels, 'labels'), classesOf(predictions, 'predictions')];
  const samples = truth.values.length;
  checkCount(said.values, samples, 'predictions');
  const classes = integerBetween(countOf(options.classes, [truth, said]), 1, mostClasses, 'classes', {
    call,
  });
  checkLabels(truth.values, classes, 'labels');
  checkLabels(said.values, classes, 'predictions');
  if (sampleWeight !== undefined) {
    checkNumbers(sampleWeight, 'sampleWeight');
    checkCount(sampleWeight, samples, 'sampleWeight');
    checkWeights(sampleWeight);
  }
  const sums = new Float64Array(classes ** 2);
  for (let k = 0; k < samples; k++)
    sums[truth.values[k]! * classes + said.values[k]!]! += sampleWeight ? sampleWeight[k]! : 1;
  return new Tensor(sampleWeight ? Float32Array.from(sums) : Int32Array.from(sums), [classes, classes]);
}

interface ClassValues {
  readonly values: ArrayLike<number>;
  /** Classes that the shape tells of. */
  readonly width?: number;
}

function classesOf(given: unknown, argument: string): ClassValues {
  if (!(given instanceof Tensor)) {
    checkNumbers(given, argument);
    return { values: given };
  }
  if (given.shape.length < 2) return { values: given.data };
  const width = given.shape.at(-1)!;
  const { data, size } = given;
  if (width === 1) return { values: data.map((value) => (value > 0.5 ? 1 : 0)), width: 2 };
  const values = Array.from({ length: size / width }, (_, k) => {
    let most = 0;
    for (let own = 1; own < width; own++) if (data[k * width + own]! > data[k * width + most]!) most = own;
    return most;
  });
  return { values, width };
}

function checkNumbers(given: unknown, argument: string): asserts given is ArrayLike<number> {
  const isNumbers = Array.isArray(given) || (ArrayBuffer.isView(given) && 'length' in given);
  if (isNumbers && Array.prototype.every.call(given, (value) => typeof value === 'number')) return;
  throw new InvalidArgumentError({
    call,
    argument,
    expected: 'an array of numbers or a tensor',
    received: given,
  });
}

function checkCount(values: ArrayLike<number>, samples: number, argument: string): void {
  if (values.length === samples) return;
  const expected = `as many as labels, ${samples}`;
  throw new InvalidArgumentError({ call, argument, expected, received: values.length });
}

function countOf(given: number | undefined, both: readonly ClassValues[]): number {
  const widths = [...new Set(both.flatMap(({ width }) => width ?? []))];
  if (widths.length > 1)
    throw new ShapeError({
      subject: 'predictions',
      expected: `${widths[0]} classes, as labels have`,
      received: widths.slice(1),
    });
  const [width] = widths;
  if (given === undefined) {
    if (width !== undefined) return width;
    let most = 0;
    for (const { values } of both) for (let k = 0; k < values.length; k++) most = Math.max(most, values[k]!);
    // What is no whole number is refused when the classes are looked at.
    return Math.floor(most) + 1;
  }
  const classes = positiveInteger(given, 'classes', { call });
  if (width === undefined || width === classes) return classes;
  throw new InvalidArgumentError({
    call,
    argument: 'classes',
    expected: `${width}, as the shape says`,
    received: classes,
  });
}
