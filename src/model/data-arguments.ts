import { isDataset } from '../data/dataset.ts';
import type { TensorGroup, TensorLike } from '../data/field.ts';
import { samplesOf, type TensorDataset } from '../data/tensor-dataset.ts';
import type { Values } from '../engine/session.ts';
import { InvalidArgumentError } from '../errors/index.ts';
import { elementCount } from '../ir/tensor-type.ts';
import { Tensor } from '../tensor/tensor.ts';

type Group = TensorGroup;
/** Shapes of samples by the name of input or output. */
export type SampleShapes = readonly { readonly name: string; readonly shape: readonly number[] }[];

/** True for an object without a value that could be a target. */
const isOptions = (value: unknown): boolean =>
  Object.prototype.toString.call(value) === '[object Object]' &&
  !(value instanceof Tensor) &&
  !Object.values(value as object).some((item) => ArrayBuffer.isView(item) || Object(item).data);

/**
 * `(dataset, options)` or `(x, y, options)`.
 * @throws {InvalidArgumentError}
 */
export function targetsAndOptions(
  x: unknown,
  [first, second]: readonly unknown[],
  call: string,
): [y: TensorGroup | undefined, options: object] {
  if (!isDataset(x)) {
    if (second === undefined && isOptions(first)) {
      const expected = 'targets, and options behind them';
      throw new InvalidArgumentError({ call, argument: 'y', expected, received: first });
    }
    return [first as TensorGroup, (second === undefined ? {} : second) as object];
  }
  const isData = ArrayBuffer.isView(first) || first instanceof Tensor || isDataset(first);
  if (!isData && second === undefined) return [undefined, (first === undefined ? {} : first) as object];
  const expected = 'none beside a data set, which brings its own';
  throw new InvalidArgumentError({ call, argument: 'y', expected, received: first });
}

/**
 * A data set from arrays. Bare typed arrays take the shape that the model wants, and have as many samples as fit.
 * @throws {InvalidArgumentError}
 */
export function datasetOf(
  [x, y]: readonly [x: Group, y?: Group | undefined],
  wanted: { readonly inputs: SampleShapes; readonly targets: SampleShapes },
  sampleWeight?: ArrayLike<number>,
): TensorDataset {
  const inputs = shaped(x, wanted.inputs, 'x');
  return samplesOf(inputs, y === undefined ? undefined : shaped(y, wanted.targets, 'y'), sampleWeight);
}

const isValues = (value: unknown): value is Values => ArrayBuffer.isView(value) && 'length' in value;

function shaped(group: Group, shapes: SampleShapes, argument: string): Group {
  if (isValues(group)) return withShape(group, shapes[0]!.shape, argument);
  if (Array.isArray(group)) {
    return (group as (TensorLike | Values)[]).map((item, k) =>
      isValues(item) && shapes[k] ? withShape(item, shapes[k].shape, `${argument}[${k}]`) : item,
    );
  }
  if (typeof group !== 'object' || group === null || ('shape' in group && 'data' in group)) return group;
  return Object.fromEntries(
    Object.entries(group as Record<string, TensorLike | Values>).map(([name, item]) => {
      const own = shapes.find((field) => field.name === name);
      return [name, isValues(item) && own ? withShape(item, own.shape, `${argument}.${name}`) : item];
    }),
  );
}

function withShape(values: Values, shape: readonly number[], argument: string): TensorLike {
  const samples = values.length / elementCount(shape);
  if (Number.isInteger(samples)) return { data: values, shape: [samples, ...shape] };
  const expected = `a multiple of ${elementCount(shape)} elements, which a sample of shape [${shape.join(', ')}] has`;
  throw new InvalidArgumentError({ argument, expected, received: values.length });
}
