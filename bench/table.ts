import type { Timing } from './timing.ts';

const milliseconds = (value: number): string => value.toFixed(value < 1 ? 3 : value < 100 ? 2 : 0);

/** Times each outcome against the first, which is Atrous: above 1, Atrous is faster. */
export function table({ name, outcomes, leftOut }: Timing): string {
  const first = outcomes[0]!;
  const rows = outcomes.map((outcome) => [
    outcome.label,
    milliseconds(outcome.median),
    `${milliseconds(outcome.low)}-${milliseconds(outcome.high)}`,
    outcome === first ? '' : `${(outcome.median / first.median).toFixed(2)}x`,
  ]);
  const header = [name, 'median ms', '10-90 %', 'over Atrous'];
  const widths = header.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => row[column]!.length)),
  );
  const line = (cells: readonly string[]): string =>
    cells.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!))).join('  ');
  return [
    line(header),
    widths.map((width) => '-'.repeat(width)).join('  '),
    ...rows.map(line),
    ...leftOut.map((label) => `${label}: left out, it takes many seconds`),
  ]
    .map((text) => `  ${text.trimEnd()}`)
    .join('\n');
}
