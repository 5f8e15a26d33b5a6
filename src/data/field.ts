import type { Values } from '../engine/session.ts';
import { InvalidArgumentError } from '../errors/index.ts';
import { type Dtype, elementCount } from '../ir/tensor-type.ts';

/** One input or target of a data set: what a sample of it looks like, without the batch. */
export interface Field {
  /** Name of the input or output it belongs to; without one, its position counts. */
  readonly name?: string;
  readonly dtype: Dtype;
  /** Shape of one sample; [] for a label. */
  readonly shape: readonly number[];
}

/** Values with their shape, samples first: also any tensor of this library. */
export interface TensorLike {
  readonly data: Values;
  readonly shape: readonly number[];
}

/** One value, several by position, or several by name. A bare typed array has one element a sample. */
export type TensorGroup =
  | TensorLike
  | Values
  | readonly (TensorLike | Values)[]
  | Readonly<Record<string, TensorLike | Values>>;

/** Values of all samples of one field. */
export interface Column extends Field {
  readonly data: Values;
}

/** Elements of one sample. */
export const sampleElements = (field: Field): number => elementCount(field.shape);

/** The element type that a typed array stores. */
export function dtypeOf(values: unknown): Dtype | undefined {
  if (values instanceof Float32Array) return 'f32';
  if (values instanceof Int32Array) return 'i32';
  if (values instanceof Uint8Array) return 'u8';
  return undefined;
}

/** A typed array of zeros of an element type. */
export function makeValues(dtype: Dtype, length: number): Values {
  if (dtype === 'f32') return new Float32Array(length);
  return dtype === 'i32' ? new Int32Array(length) : new Uint8Array(length);
}

/** True where every value of `from` is held exactly by `to` (labels below 2^24 in float32). */
export const widens = (from: Dtype, to: Dtype): boolean => from === to || to === 'f32' || from === 'u8';

const isTensorLike = (value: unknown): value is TensorLike =>
  typeof value === 'object' &&
  value !== null &&
  'shape' in value &&
  'data' in value &&
  Array.isArray(value.shape);

/**
 * The columns of a group and the number of their samples, which must be the same for all.
 * @param argument names the group in errors, such as `x`
 * @throws {InvalidArgumentError}
 */
export function columnsOf(group: TensorGroup, argument: string): { columns: Column[]; samples: number } {
  let entries: [name: string | undefined, value: unknown][];
  if (isTensorLike(group) || ArrayBuffer.isView(group)) entries = [[undefined, group]];
  else if (Array.isArray(group)) entries = group.map((value: unknown) => [undefined, value]);
  else if (typeof group === 'object' && group !== null) entries = Object.entries(group);
  else entries = [];
  if (entries.length === 0)
    throw new InvalidArgumentError({
      argument,
      expected: 'a tensor, a typed array, or several in an array or by name',
      received: group,
    });
  let samples: number | undefined;
  const columns = entries.map(([name, value], k) => {
    const label =
      name !== undefined ? `${argument}.${name}` : entries.length > 1 ? `${argument}[${k}]` : argument;
    const column = columnOf(value, name, label);
    const count = column.samples;
    samples ??= count;
    if (count !== samples)
      throw new InvalidArgumentError({
        argument: label,
        expected: `${samples} samples, as the first of ${argument} has`,
        received: count,
      });
    return column.column;
  });
  return { columns, samples: samples! };
}

function columnOf(
  value: unknown,
  name: string | undefined,
  argument: string,
): { column: Column; samples: number } {
  const tensor = ArrayBuffer.isView(value) ? { data: value, shape: [(value as Values).length] } : value;
  const dtype = isTensorLike(tensor) ? dtypeOf(tensor.data) : undefined;
  if (!isTensorLike(tensor) || dtype === undefined)
    throw new InvalidArgumentError({
      argument,
      expected: 'a tensor, made by tensor(...), or a typed array of float32, int32 or uint8',
      received: ArrayBuffer.isView(value) ? value : isTensorLike(value) ? value.data : value,
    });
  const { shape, data } = tensor;
  const extentsAreCounts = shape.every((extent) => Number.isSafeInteger(extent) && extent >= 0);
  if (shape.length === 0 || !extentsAreCounts || elementCount(shape) !== data.length)
    throw new InvalidArgumentError({
      argument,
      expected: `a shape [samples, …] of ${data.length} elements`,
      received: shape,
    });
  return { column: { name, dtype, shape: shape.slice(1), data }, samples: shape[0]! };
}
