import type { CostComparison, Costs } from '../analysis/convolution-costs.ts';
import { grouped, percent, ratio } from './figures.ts';

/**
 * Lines that compare a network with its standard twin, for the convolutions alone and for the whole, and that say
 * where the parameters are.
 * @param name what the network is called
 */
export function costLines(name: string, costs: CostComparison): string[] {
  const { standard } = costs;
  const rows = standard
    ? [
        ['', name, 'standard', 'saved'],
        ...pairRows('convolutions', costs.convolutions, standard.convolutions),
        ...pairRows('whole network', costs.whole, standard.whole),
      ]
    : [['', name], ...ownRows('convolutions', costs.convolutions), ...ownRows('whole network', costs.whole)];
  return [...table(rows), ...explanation(costs)];
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

function explanation({ whole, largestOther, standard }: CostComparison): string[] {
  const share = (largestOther?.parameters ?? 0) / whole.parameters;
  if (!largestOther || share < 0.5) return [];
  const { name, parameters } = largestOther;
  const both = standard ? ', the same in both networks' : '';
  return [
    `The layer "${name}" alone has ${grouped(parameters)} parameters (${percent(share)})${both}:`,
    'separable convolutions save much of the convolutions and of the work,',
    'and little of the size of the whole network.',
  ];
}

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
