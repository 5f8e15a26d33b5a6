import type { CostReport } from '../src/analysis/convolution-costs.ts';

/** An epoch of a training: accuracy on the test images after it, and what it took, that evaluation included. */
export interface TrainedEpoch {
  readonly accuracy: number;
  readonly seconds: number;
}

/** A whole training. */
export interface Run {
  readonly data: string;
  readonly network: string;
  readonly seed: number;
  readonly epochs: readonly TrainedEpoch[];
  readonly costs: CostReport;
}

/** Shares of right answers that are waited for. */
export const levels = [0.97, 0.98, 0.99] as const;

/** Seconds until an epoch ends with at least this accuracy; undefined where none does. */
export function secondsTo(level: number, epochs: readonly TrainedEpoch[]): number | undefined {
  const reached = epochs.findIndex(({ accuracy }) => accuracy >= level);
  return reached < 0
    ? undefined
    : epochs.slice(0, reached + 1).reduce((sum, { seconds }) => sum + seconds, 0);
}

/** Trainings as a table in Markdown: a row a network and data set, with mean and range over its seeds. */
export function tableOfNetworks(runs: readonly Run[]): string {
  const head = [
    'network',
    'parameters (convolutions)',
    'multiply-adds (convolutions)',
    'test accuracy, mean (range)',
    'epochs',
    'seconds',
    'to 97, 98, 99 %',
  ];
  const rows = [...Map.groupBy(runs, ({ network, data }) => `${network} ${data}`).values()].map((own) => {
    const [{ network, data, costs, epochs }] = own as [Run, ...Run[]];
    const { whole, convolutions } = costs;
    const accuracies = own.map((run) => 100 * run.epochs.at(-1)!.accuracy);
    const range = `${Math.min(...accuracies).toFixed(2)} to ${Math.max(...accuracies).toFixed(2)}`;
    return [
      data === 'mnist' ? `\`${network}\`` : `\`${network}\` on ${data}`,
      `${count(whole.parameters)} (${count(convolutions.parameters)})`,
      `${count(whole.multiplyAdds)} (${count(convolutions.multiplyAdds)})`,
      `${mean(accuracies).toFixed(2)} % (${range})`,
      String(epochs.length),
      mean(own.map((run) => run.epochs.reduce((sum, { seconds }) => sum + seconds, 0))).toFixed(0),
      levels.map((level) => meanSecondsTo(level, own)).join(', '),
    ];
  });
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(head), line(['---', ...head.slice(1).map(() => '---:')]), ...rows.map(line)].join('\n');
}

/** Mean over the seeds; a dash where not every one gets there. */
function meanSecondsTo(level: number, runs: readonly Run[]): string {
  const all = runs.map(({ epochs }) => secondsTo(level, epochs));
  return all.every((seconds) => seconds !== undefined) ? mean(all).toFixed(0) : '–';
}

const mean = (values: readonly number[]): number => values.reduce((sum, x) => sum + x, 0) / values.length;
const count = (value: number): string => value.toLocaleString('en');
