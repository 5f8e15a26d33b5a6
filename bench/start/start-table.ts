import { quantile } from '../statistics.ts';
import type { FirstStep, FitReport } from './fit.ts';
import type { Stages } from './stages.ts';

/** What was measured of a network, one entry a round. */
export interface StartReport {
  readonly fits: readonly FitReport[];
  readonly stages: readonly Stages[];
}

/** The medians of each number of some records. */
export function medians<K extends string>(
  records: readonly Readonly<Record<K, number>>[],
): Record<K, number> {
  const keys = Object.keys(records[0]!) as K[];
  return Object.fromEntries(
    keys.map((key) => [
      key,
      quantile(
        records.map((record) => record[key]),
        0.5,
      ),
    ]),
  ) as Record<K, number>;
}

const ms = (value: number): string => `${value.toFixed(0)} ms`;

/** The report of a network as text; `goal` is the time to the first step that is asked for, in milliseconds. */
export function startLines(report: StartReport, goal: number | undefined): string[] {
  const first: Record<keyof FirstStep, number> = medians(report.fits.map((fit) => ({ ...fit.first })));
  const second: Record<keyof FirstStep, number> = medians(report.fits.map((fit) => ({ ...fit.second })));
  const stages: Record<keyof Stages, number> = medians(report.stages.map((entry) => ({ ...entry })));
  const totals = report.fits.map((fit) => fit.first.total);
  const spread = `${ms(Math.min(...totals))} to ${ms(Math.max(...totals))}`;
  const asked = goal === undefined ? '' : `; goal: under ${ms(goal)}`;
  const parts = ({ trace, compile, means, step }: typeof first): string =>
    `trace ${ms(trace)}, compile ${ms(compile)}, first means ${ms(means)}, step ${ms(step)}`;
  return [
    `fit to first step ${ms(first.total)} (${spread}${asked}): ${parts(first)}`,
    `a second model like it ${ms(second.total)}: ${parts(second)}`,
    `stages: trace and differentiate ${ms(stages.trace)}, simplify ${ms(stages.simplify)}, order ${ms(stages.order)}, plan ${ms(stages.plan)}, emit ${ms(stages.emit)}, V8 ${ms(stages.v8)}; threads, beside these, ${ms(stages.threads)}`,
    `module ${stages.bytes} bytes`,
  ];
}
