import type { Screen } from './terminal.ts';

/** What a command may touch of the process that it runs in. */
export interface Context {
  readonly stdout: Screen;
  readonly stderr: Screen;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Seconds on a clock that only goes on. */
  now(): number;
  /** How a person calls this program, for what it suggests to type: `npx atrous`. */
  readonly self: string;
  /** What was typed after the name of the program. */
  readonly args?: readonly string[];
  /** Set by a command whose work ended otherwise than well without an error, such as 130. */
  exitCode: number;
}

/** Writes one JSON value on one line. */
export function printJson(screen: Screen, value: unknown): void {
  screen.write(`${JSON.stringify(value)}\n`);
}
