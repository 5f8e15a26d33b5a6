import { InvalidArgumentError } from '../errors/index.ts';

/** What the library calls an argument, and what it is on the command line. */
type TypedNames = Readonly<Record<string, string>>;

/** The arguments of training and evaluation where the data were typed as `data`: `DATA` or `--folder`. */
export const dataNames = (data: string): TypedNames => ({ x: data, y: `the labels of ${data}` });

/** An error of the library with the names that were typed; every other error as it is. */
export function asTyped(error: unknown, call: string, names: TypedNames): unknown {
  if (!(error instanceof InvalidArgumentError) || !Object.hasOwn(names, error.argument)) return error;
  return new InvalidArgumentError({ ...error.details, call, argument: names[error.argument]! });
}
