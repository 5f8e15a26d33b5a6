import { stripVTControlCharacters, styleText } from 'node:util';

export type Style = 'bold' | 'dim' | 'green' | 'yellow' | 'red';

/** Where people read: a stream, and what it can show. */
export interface Terminal {
  /** True where lines can be rewritten. */
  readonly live: boolean;
  /** Columns; infinite where the output goes to a file or a pipe. */
  columns(): number;
  style(style: Style, text: string): string;
  /** Writes a line that stays. */
  line(text?: string): void;
  /** Shows plain `text` on the last line until the next call; does nothing where lines cannot be rewritten. */
  show(text: string): void;
  /** Removes what `show` left. */
  clear(): void;
}

export interface Screen {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

const columnsByDefault = 80;

/**
 * A terminal over a stream. Colours need a terminal, a `TERM` other than `dumb`, and an environment without
 * `NO_COLOR` (https://no-color.org: any value but the empty one). They are the only escape codes: a line is rewritten
 * from its beginning and what was longer is covered with blanks.
 */
export function openTerminal(screen: Screen, env: Readonly<Record<string, string | undefined>>): Terminal {
  const live = screen.isTTY === true && env.TERM !== 'dumb';
  const colours = live && !env.NO_COLOR;
  let shown = 0;
  const columns = (): number =>
    screen.isTTY === true ? screen.columns || columnsByDefault : Number.POSITIVE_INFINITY;
  const clear = (): void => {
    if (shown > 0) screen.write(`\r${' '.repeat(shown)}\r`);
    shown = 0;
  };
  return {
    live,
    columns,
    style: (style, text) => (colours ? styleText(style, text, { validateStream: false }) : text),
    line(text = '') {
      clear();
      screen.write(`${text}\n`);
    },
    show(text) {
      if (!live) return;
      // A full last column would wrap on some terminals, and the line could then not be rewritten.
      const fitting = text.slice(0, columns() - 1);
      screen.write(`\r${fitting.padEnd(Math.min(shown, columns() - 1))}`);
      shown = fitting.length;
    },
    clear,
  };
}

/** Characters that are seen. */
export const visibleLength = (text: string): number => stripVTControlCharacters(text).length;
