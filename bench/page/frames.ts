/** Times between the animation frames of a page, in milliseconds. */
export interface Frames {
  readonly label: string;
  readonly times: readonly number[];
}

/** A page of 60 frames a second that lost none has all its frames within this many milliseconds. */
export const goodFrame = 20;

/** The time that this share of the frames does not exceed. */
export function quantile(times: readonly number[], share: number): number {
  const sorted = times.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
}

/** Share of the frames under `goodFrame` milliseconds. */
export const shareOfGood = (times: readonly number[]): number =>
  times.filter((ms) => ms < goodFrame).length / Math.max(1, times.length);

/** A table in Markdown, a row for each way in which the page was used. */
export function frameLines(rows: readonly Frames[]): string[] {
  const cell = (ms: number): string => `${ms.toFixed(1)} ms`;
  return [
    `| the page | frames | under ${goodFrame} ms | median | 95 of 100 | slowest |`,
    '| --- | ---: | ---: | ---: | ---: | ---: |',
    ...rows.map(({ label, times }) => {
      const good = `${(100 * shareOfGood(times)).toFixed(1)} %`;
      const [middle, most, all] = [0.5, 0.95, 1].map((share) => cell(quantile(times, share)));
      return `| ${label} | ${times.length} | ${good} | ${middle} | ${most} | ${all} |`;
    }),
  ];
}
