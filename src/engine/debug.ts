import { InvalidArgumentError, nearest } from '../errors/index.ts';

/** What can be printed when a program is compiled. */
export const debugSubjects = ['graph', 'plan', 'loops', 'wat'] as const;
export type DebugSubject = (typeof debugSubjects)[number];

/** Stands in the same list and asks the command line where an error arose. */
const traces = '1';

function environment(): string | undefined {
  const { process } = globalThis as { process?: { env?: Record<string, string | undefined> } };
  try {
    return process?.env?.ATROUS_DEBUG;
  } catch {
    // Deno refuses it without --allow-env: nothing is asked for then.
    return undefined;
  }
}

/**
 * The subjects named in a comma-separated list. Default: the environment variable ATROUS_DEBUG, where there is one.
 * @throws {InvalidArgumentError} for a name that is no subject
 */
export function wantedSubjects(list: string | undefined = environment()): ReadonlySet<DebugSubject> {
  const names = (list ?? '')
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '' && name !== traces);
  const unknown = names.find((name) => !debugSubjects.includes(name as DebugSubject));
  if (unknown !== undefined)
    throw new InvalidArgumentError({
      argument: 'ATROUS_DEBUG',
      expected: `a list of ${debugSubjects.join(', ')} or ${traces}`,
      received: unknown,
      suggestion: nearest(unknown, debugSubjects),
    });
  return new Set(names as DebugSubject[]);
}
