import { shortened } from './figures.ts';

/** A column of a table: cells from the top, the head first. */
export interface Column {
  readonly cells: readonly string[];
  /** Names stand on the left, figures on the right. */
  readonly side: 'left' | 'right';
  /** Where the table is too wide the highest number goes first; without one the column stays. */
  readonly leaves?: number;
}

const gap = 2;
const shortest = 12;

/**
 * The lines of a table, columns two spaces apart, that fits into `width`: columns leave, then the first one is cut.
 * @returns the lines, and the columns that left
 */
export function fitted(
  all: readonly Column[],
  width: number,
): { readonly lines: string[]; readonly left: readonly Column[] } {
  const columns = [...all];
  const left: Column[] = [];
  const widths = (): number[] => columns.map(({ cells }) => Math.max(...cells.map((cell) => cell.length)));
  const total = (): number => widths().reduce((sum, each) => sum + each + gap, -gap);
  while (total() > width) {
    const going = columns
      .filter(({ leaves }) => leaves !== undefined)
      .sort((a, b) => b.leaves! - a.leaves!)[0];
    if (!going) break;
    left.push(...columns.splice(columns.indexOf(going), 1));
  }
  const most = widths();
  if (total() > width) most[0] = Math.max(shortest, most[0]! - (total() - width));
  const lines = columns[0]!.cells.map((_, row) =>
    columns
      .map(({ cells, side }, k) => {
        const cell = shortened(cells[row]!, most[k]!);
        return side === 'left' ? cell.padEnd(most[k]!) : cell.padStart(most[k]!);
      })
      .join(' '.repeat(gap))
      .trimEnd(),
  );
  return { lines, left };
}

/** Words in lines of at most `width` characters, all but the first behind `indent`. */
export function wrapped(text: string, width: number, indent = ''): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line.trim() !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = `${indent}${word}`;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line];
}
