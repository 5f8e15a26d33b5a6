import type { CostComparison, Costs } from '../analysis/convolution-costs.ts';
import { costVerdict } from '../analysis/cost-words.ts';
import { grouped, ratio } from './figures.ts';
import { wrapped } from './inspect-columns.ts';

/**
 * Lines that compare a network with its standard twin, for the convolutions alone (where there are any) and for the
 * whole, and that say where the parameters are.
 * @param name what the network is called
 * @param width columns to wrap sentences at; rows of figures stay as they are
 */
export function costLines(name: string, costs: CostComparison, width = 80): string[] {
  const { standard } = costs;
  const rows = standard
    ? [
        ['', name, 'standard', 'saved'],
        ...pairRows('convolutions', costs.convolutions, standard.convolutions),
        ...pairRows('whole network', costs.whole, standard.whole),
      ]
    : [
        ['', name],
        ...(costs.convolutions.multiplyAdds > 0 ? ownRows('convolutions', costs.convolutions) : []),
        ...ownRows('whole network', costs.whole),
      ];
  const verdict = costVerdict(costs);
  return [...table(rows), ...(verdict ? wrapped(verdict, width) : [])];
}

const pairRows = (part: string, own: Costs, standard: Costs): string[][] =>
  figures.map(([key, words]) => [
    `${words}, ${part}`,
    grouped(own[key]),
    grouped(standard[key]),
    `${ratio(standard[key], own[key])} times fewer`,
  ]);

const ownRows = (part: string, own: Costs): string[][] =>
  figures.map(([key, words]) => [`${words}, ${part}`, grouped(own[key])]);

const figures = [
  ['parameters', 'Parameters'],
  ['multiplyAdds', 'Multiply-adds'],
] as const;

/** Columns two spaces apart; all but the first stand on the right. */
function table(rows: readonly (readonly string[])[]): string[] {
  const widths = rows[0]!.map((_, k) => Math.max(...rows.map((row) => row[k]!.length)));
  return rows.map((row) =>
    row
      .map((cell, k) => (k === 0 ? cell.padEnd(widths[k]!) : cell.padStart(widths[k]!)))
      .join('  ')
      .trimEnd(),
  );
}
