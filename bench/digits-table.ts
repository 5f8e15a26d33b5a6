import type { CostReport } from '../src/analysis/convolution-costs.ts';

/** A whole training. */
export interface Run {
  readonly network: string;
  readonly seed: number;
  /** On the test images, after the last epoch. */
  readonly accuracy: number;
  readonly seconds: number;
  readonly costs: CostReport;
}

/** Trainings as a table in Markdown: a row a network, with mean and range of the accuracy over its seeds. */
export function tableOfNetworks(runs: readonly Run[]): string {
  const head = [
    'network',
    'parameters (convolutions)',
    'multiply-adds (convolutions)',
    'test accuracy, mean (range)',
    'seconds',
  ];
  const rows = [...Map.groupBy(runs, ({ network }) => network)].map(([network, own]) => {
    const { whole, convolutions } = own[0]!.costs;
    const accuracies = own.map(({ accuracy }) => 100 * accuracy);
    const range = `${Math.min(...accuracies).toFixed(2)} to ${Math.max(...accuracies).toFixed(2)}`;
    return [
      `\`${network}\``,
      `${count(whole.parameters)} (${count(convolutions.parameters)})`,
      `${count(whole.multiplyAdds)} (${count(convolutions.multiplyAdds)})`,
      `${mean(accuracies).toFixed(2)} % (${range})`,
      mean(own.map(({ seconds }) => seconds)).toFixed(0),
    ];
  });
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(head), line(['---', ...head.slice(1).map(() => '---:')]), ...rows.map(line)].join('\n');
}

const mean = (values: readonly number[]): number => values.reduce((sum, x) => sum + x, 0) / values.length;
const count = (value: number): string => value.toLocaleString('en');
