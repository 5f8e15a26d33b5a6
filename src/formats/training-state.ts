import { FormatError } from '../errors/index.ts';
import { elementCount } from '../ir/tensor-type.ts';
import { Tensor } from '../tensor/tensor.ts';
import type { CallbackState, CallbackStates, SavedTrainingState } from '../training/training-state.ts';
import type { StoredArray } from './stored-array.ts';

/** The state of a training that stands nowhere. */
export const freshState: SavedTrainingState = {
  step: 0,
  epoch: 0,
  epochStart: 0,
  begun: false,
  seed: 0,
  batchSize: 0,
  shifted: false,
  progress: undefined,
  callbacks: {},
};

const tensorKey = (name: string, k: number): string => `callbacks/${name}/${k}`;

/** A state as JSON, and the tensors that callbacks keep in it. */
export function writeState(state: SavedTrainingState): {
  readonly json: object;
  readonly tensors: ReadonlyMap<string, StoredArray>;
} {
  const { progress, callbacks, ...counts } = state;
  const tensors = new Map<string, StoredArray>();
  for (const [name, { tensors: own = [] }] of Object.entries(callbacks)) {
    for (const [k, { shape, data }] of own.entries()) {
      if (data instanceof Float32Array) tensors.set(tensorKey(name, k), { dtype: 'f32', shape, data });
    }
  }
  const sums = progress && Object.entries(progress.sums).map(([key, each]) => [key, each.map(written)]);
  const json = {
    ...counts,
    ...(progress && { progress: { ...progress, sums: Object.fromEntries(sums!) } }),
    callbacks: Object.fromEntries(
      Object.entries(callbacks).map(([name, { values, tensors: own = [] }]) => [
        name,
        {
          values: Object.fromEntries(Object.entries(values).map(([key, v]) => [key, written(v)])),
          tensors: own.length,
        },
      ]),
    ),
  };
  return { json, tensors };
}

/** JSON has no infinities. */
const written = (value: unknown): unknown =>
  typeof value === 'number' && !Number.isFinite(value) ? { number: String(value) } : value;

const readBack = (value: unknown): unknown =>
  typeof value === 'object' && value !== null && 'number' in value ? Number(value.number) : value;

/**
 * Reads what `writeState` wrote; older files lack the sums of the epoch and the state of callbacks.
 * @throws {FormatError}
 */
export function readState(
  given: unknown,
  tensors: ReadonlyMap<string, StoredArray>,
  source: string,
): SavedTrainingState {
  const content = recordOf(given ?? {}, 'state', source);
  const count = (key: string): number => wholeNumber(content[key], `state.${key}`, source);
  const state: SavedTrainingState = {
    step: count('step'),
    epoch: count('epoch'),
    epochStart: count('epochStart'),
    begun: content.begun === true,
    seed: count('seed'),
    batchSize: content.batchSize === undefined ? 0 : count('batchSize'),
    shifted: content.shifted === true,
    progress: content.progress === undefined ? undefined : progressOf(content.progress, source),
    callbacks: callbacksOf(content.callbacks ?? {}, tensors, source),
  };
  if (state.epochStart <= state.step) return state;
  const problem = `its epoch began at step ${state.epochStart}, after the ${state.step} steps that were made`;
  throw new FormatError({ source, problem });
}

function progressOf(given: unknown, source: string): SavedTrainingState['progress'] {
  const { samples, sums, seconds } = recordOf(given, 'state.progress', source);
  const read = Object.entries(recordOf(sums, 'state.progress.sums', source)).map(([key, values]) => {
    const numbers = Array.isArray(values) ? values.map(readBack) : [];
    if (numbers.length > 0 && numbers.every((value) => typeof value === 'number')) return [key, numbers];
    throw new FormatError({ source, problem: `its state.progress.sums.${key} is no list of numbers` });
  });
  if (typeof seconds !== 'number' || !(seconds >= 0))
    throw new FormatError({ source, problem: 'its state.progress.seconds is no number of seconds' });
  return {
    samples: wholeNumber(samples, 'state.progress.samples', source),
    sums: Object.fromEntries(read) as Record<string, number[]>,
    seconds,
  };
}

function callbacksOf(
  given: unknown,
  tensors: ReadonlyMap<string, StoredArray>,
  source: string,
): CallbackStates {
  const entries = Object.entries(recordOf(given, 'state.callbacks', source));
  return Object.fromEntries(
    entries.map(([name, content]): [string, CallbackState] => {
      const { values, tensors: count } = recordOf(content, `state.callbacks.${name}`, source);
      const read = Object.entries(recordOf(values, `state.callbacks.${name}.values`, source));
      const own = Array.from(
        { length: Math.min(wholeNumber(count, `state.callbacks.${name}.tensors`, source), tensors.size + 1) },
        (_, k) => tensorOf(tensors.get(tensorKey(name, k)), tensorKey(name, k), source),
      );
      return [name, { values: Object.fromEntries(read.map(([key, v]) => [key, readBack(v)])), tensors: own }];
    }),
  );
}

function tensorOf(array: StoredArray | undefined, key: string, source: string): Tensor {
  if (array?.data instanceof Float32Array && array.data.length === elementCount(array.shape))
    return new Tensor(array.data, array.shape);
  throw new FormatError({ source, problem: `it has no float32 tensor "${key}"` });
}

function recordOf(value: unknown, name: string, source: string): Readonly<Record<string, unknown>> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value))
    return value as Readonly<Record<string, unknown>>;
  throw new FormatError({ source, problem: `its ${name} is no object` });
}

export function wholeNumber(value: unknown, name: string, source: string): number {
  if (Number.isSafeInteger(value) && (value as number) >= 0) return value as number;
  throw new FormatError({ source, problem: `its ${name} is ${JSON.stringify(value)}, not a whole number` });
}
