import type { Values } from '../engine/session.ts';
import { InvalidArgumentError, type Place } from '../errors/index.ts';
import { type Dtype, elementCount } from '../ir/tensor-type.ts';

/** Values with a shape: a typed array in the heap of JavaScript. There is nothing to dispose. */
export class Tensor {
  readonly shape: readonly number[];
  readonly dtype: Dtype;
  /** Row-major elements. */
  readonly data: Values;

  /** @throws {InvalidArgumentError} for data of another type, or a shape of another number of elements */
  constructor(data: Values, shape: readonly number[]) {
    const place = { call: 'Tensor' };
    if (!isValues(data)) {
      const expected = 'a typed array of float32, int32 or uint8 (`tensor` takes others too)';
      throw new InvalidArgumentError({ ...place, argument: 'data', expected, received: data });
    }
    checkShape(shape, data.length, place);
    this.data = data;
    this.shape = shape;
    this.dtype = data instanceof Float32Array ? 'f32' : data instanceof Int32Array ? 'i32' : 'u8';
  }

  /** Elements in all. */
  get size(): number {
    return this.data.length;
  }

  /** Nested arrays of numbers; a tensor of shape [] gives a number. */
  toArray(): unknown {
    const build = (offset: number, size: number, shape: readonly number[]): unknown => {
      if (shape.length === 0) return this.data[offset];
      const inner = size / shape[0]!;
      return Array.from({ length: shape[0]! }, (_, k) => build(offset + k * inner, inner, shape.slice(1)));
    };
    return build(0, this.data.length, this.shape);
  }
}

const storage = { f32: Float32Array, i32: Int32Array, u8: Uint8Array } as const;

/**
 * A tensor from nested arrays, a flat array or a typed array. A typed array of float32, int32 or uint8 is used as it is,
 * without a copy, and so is the `Uint8ClampedArray` of a canvas; others (float64, float16, int16, ...) are copied.
 * @param shape default: the shape of the nesting, or one axis
 * @param dtype default: that of a typed array that is used as it is, else `f32`
 * @throws {InvalidArgumentError} if counts differ or a value does not fit the element type
 */
export function tensor(values: unknown, shape?: readonly number[], dtype?: Dtype): Tensor {
  const call = 'tensor';
  if (dtype !== undefined && !(typeof dtype === 'string' && Object.hasOwn(storage, dtype))) {
    const expected = 'one of "f32", "i32", "u8"';
    throw new InvalidArgumentError({ call, argument: 'dtype', expected, received: dtype });
  }
  const given = values instanceof Uint8ClampedArray ? bytesOf(values) : values;
  const nesting = isNumbers(given) ? [given.length] : nestingOf(given);
  const flat = isNumbers(given) ? given : flatten(given, nesting);
  const own = shape ?? nesting;
  checkShape(own, flat.length, { call });
  const kind = storage[dtype ?? 'f32'];
  if (isValues(flat) && (dtype === undefined || flat instanceof kind)) return new Tensor(flat, own);
  const data = kind.from(flat as ArrayLike<number>);
  if (kind !== Float32Array) {
    for (let k = 0; k < data.length; k++) {
      if (data[k] === flat[k]) continue;
      const expected = `values that ${dtype} holds exactly`;
      throw new InvalidArgumentError({ call, argument: 'values', expected, received: flat[k] });
    }
  }
  return new Tensor(data, own);
}

function checkShape(shape: unknown, elements: number, place: Place): void {
  const isShape = Array.isArray(shape) && shape.every((n) => Number.isSafeInteger(n) && n >= 0);
  if (isShape && elementCount(shape) === elements) return;
  const expected = `a shape of ${elements} elements`;
  throw new InvalidArgumentError({ ...place, argument: 'shape', expected, received: shape });
}

const isValues = (values: unknown): values is Values =>
  values instanceof Float32Array || values instanceof Int32Array || values instanceof Uint8Array;

const bytesOf = ({ buffer, byteOffset, length }: Uint8ClampedArray): Uint8Array =>
  new Uint8Array(buffer, byteOffset, length);

/** True for typed arrays, those of bigint aside. */
const isNumbers = (values: unknown): values is Values | Float64Array =>
  ArrayBuffer.isView(values) &&
  'length' in values &&
  !(values instanceof BigInt64Array || values instanceof BigUint64Array);

function nestingOf(values: unknown): number[] {
  const shape: number[] = [];
  for (let level = values; Array.isArray(level); level = level[0]) shape.push(level.length);
  return shape;
}

function flatten(values: unknown, nesting: readonly number[]): number[] {
  const flat: number[] = [];
  const refuse = (expected: string, received: unknown): never => {
    throw new InvalidArgumentError({ call: 'tensor', argument: 'values', expected, received });
  };
  const visit = (value: unknown, depth: number): void => {
    if (Array.isArray(value)) {
      const length = nesting[depth];
      if (value.length !== length)
        refuse(`${length ?? 'no'} elements in each array at depth ${depth}`, value);
      for (const item of value) visit(item, depth + 1);
    } else if (typeof value !== 'number') {
      refuse('numbers, nested arrays of numbers or a typed array of numbers', value);
    } else if (depth < nesting.length) refuse(`an array at depth ${depth}`, value);
    else flat.push(value);
  };
  visit(values, 0);
  return flat;
}
