import { expect } from 'vitest';
import { AtrousError, InvalidArgumentError, UnknownOptionError } from '../../src/errors/index.ts';
import type { Kind } from './kinds.ts';
import { mistakes, words } from './values.ts';

type Arguments = Readonly<Record<string, unknown>>;

/** How one public function is called with wrong arguments. */
export interface Row {
  /** What its errors name: a layer or a call. */
  readonly place: string;
  /** Calls it, with all arguments by name; what is no position is an option. */
  call(args: Arguments): unknown;
  /** Arguments with which the call is right: at least those that must be given. */
  readonly given: Arguments;
  /** What each argument takes. */
  readonly kinds: Readonly<Record<string, Kind>>;
  /** Arguments that are no options, so that no misspelt one can be told. */
  readonly positions?: readonly string[];
  /** Calls it with something in the place of all options. */
  readonly withOptions?: (options: unknown) => unknown;
}

type Call = (...args: never) => unknown;

/** A row for a function that takes some arguments by position and then options. */
export function positional(
  place: string,
  f: Call,
  positions: readonly string[],
  { given, kinds }: Pick<Row, 'given' | 'kinds'>,
): Row {
  const call = (args: Arguments, options: unknown): unknown =>
    f(...([...positions.map((name) => args[name]), options] as never));
  const optionsOf = (args: Arguments): Arguments =>
    Object.fromEntries(Object.entries(args).filter(([name]) => !positions.includes(name)));
  return {
    place,
    given,
    kinds,
    positions,
    call: (args) => call(args, optionsOf(args)),
    withOptions: (options) => call(given, options),
  };
}

/** A row for a function that takes all arguments by position. */
export const byPosition = (place: string, f: Call, kinds: Row['kinds'], given: Arguments): Row => ({
  place,
  given,
  kinds,
  positions: Object.keys(kinds),
  call: (args) => f(...(Object.keys(kinds).map((name) => args[name]) as never)),
});

const refusalOf = async (run: () => unknown): Promise<unknown> => {
  try {
    await run();
  } catch (error) {
    return error;
  }
  return undefined;
};

/** A letter of the middle is missing. */
const misspelt = (name: string): string => {
  const middle = name.length >> 1;
  return name.slice(0, middle) + name.slice(middle + 1);
};

/** Where the error is missing or not the one that helps, says how. */
function judge(error: unknown, argument: string, place: string): string | undefined {
  if (error === undefined) return 'is accepted';
  if (!(error instanceof InvalidArgumentError)) return `throws ${String(error)}`;
  const { message } = error;
  const isPart = error.argument.startsWith(`${argument}.`) || error.argument.startsWith(`${argument}[`);
  if (error.argument !== argument && !isPart) return `names ${error.argument}: ${message}`;
  if (!message.includes(place)) return `does not name ${place}: ${message}`;
  if (!/Expected .*Received: /s.test(message)) return `does not say what came: ${message}`;
  return undefined;
}

/** Every mistake in every argument: sentences about those that are not refused as they should be. */
export async function complaints(row: Row): Promise<string[]> {
  const { place, given, kinds, positions = [] } = row;
  const found: string[] = [];
  const right = await refusalOf(() => row.call(given));
  if (right !== undefined) found.push(`refuses what is right: ${String(right)}`);
  for (const [name, kind] of Object.entries(kinds)) {
    // A wrong name cannot tell whose name it is.
    const named = name === 'name' ? '' : place;
    for (const value of mistakes) {
      const error = await refusalOf(() => row.call({ ...given, [name]: value }));
      const problem = !kind(value)
        ? judge(error, name, named)
        : error === undefined || error instanceof AtrousError
          ? undefined
          : `throws ${String(error)}`;
      if (problem) found.push(`${name}: ${words(value)} ${problem}`);
    }
    const absent = await refusalOf(() => row.call({ ...given, [name]: undefined }));
    const problem =
      name in given ? absent && judge(absent, name, named) : absent && `throws ${String(absent)}`;
    if (problem) found.push(`${name}: undefined ${problem}`);
    if (!positions.includes(name)) found.push(...(await spelling(row, name)));
  }
  if (row.withOptions) found.push(...(await wholeOptions(row.withOptions, place)));
  return found;
}

async function wholeOptions(withOptions: (options: unknown) => unknown, place: string): Promise<string[]> {
  const found: string[] = [];
  for (const value of [null, 3, true, 'x', [], () => 0]) {
    const problem = judge(await refusalOf(() => withOptions(value)), 'options', place);
    if (problem) found.push(`options: ${words(value)} ${problem}`);
  }
  const error = await refusalOf(() => withOptions({ noSuchThing: 1 }));
  const isTold = error instanceof UnknownOptionError && error.message.includes(place);
  return isTold ? found : [...found, `the option noSuchThing gives ${String(error)}`];
}

async function spelling(row: Row, name: string): Promise<string[]> {
  const wrong = misspelt(name);
  const error = await refusalOf(() => row.call({ ...row.given, [wrong]: row.given[name] }));
  if (!(error instanceof UnknownOptionError)) return [`the option ${wrong} gives ${String(error)}`];
  const names = name.length < 4 || error.message.includes(`Did you mean "${name}"?`);
  if (!names || !error.message.includes(row.place)) return [`the option ${wrong} gives ${error.message}`];
  const unlisted = Object.keys(row.kinds).filter((own) => !row.positions?.includes(own));
  const differ = [...new Set(unlisted).symmetricDifference(new Set(error.option.known))];
  return differ.length ? [`the table or the code does not have: ${differ.join(', ')}`] : [];
}

/** @throws where an argument is not refused as it should be */
export async function expectRefusals(row: Row): Promise<void> {
  expect(await complaints(row)).toEqual([]);
}
