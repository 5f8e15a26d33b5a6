import type { CaseResult } from './compare.ts';
import type { Machine } from './machine.ts';
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
    ...leftOut.map(({ label, reason }) => `${label}: left out: ${reason}`),
  ]
    .map((text) => `  ${text.trimEnd()}`)
    .join('\n');
}

/** A row a measurement: Atrous, the fastest peer, how many times as long it takes, and the others. */
export function markdownTable(results: readonly CaseResult[], about: Machine): string {
  const rows = results.flatMap(({ name, timings }) =>
    timings.map((timing) => {
      const own = timing.outcomes.filter(({ label }) => label.startsWith('Atrous'));
      const others = timing.outcomes
        .filter((outcome) => !own.includes(outcome))
        .toSorted((a, b) => a.median - b.median);
      const fastest = others[0];
      return [
        `\`${name}\`, ${timing.name}`,
        ...own.map(({ median }) => milliseconds(median)),
        fastest ? `${fastest.label} ${milliseconds(fastest.median)}` : '',
        fastest ? own.map(({ median }) => `${(fastest.median / median).toFixed(1)}x`).join(', ') : '',
        others
          .slice(1)
          .map(({ label, median }) => `${label.split(',')[0]} ${milliseconds(median)}`)
          .join(', '),
      ];
    }),
  );
  const head = ['work, ms', 'Atrous', 'without the flag', 'fastest peer', 'over Atrous', 'others'];
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [
    line(head),
    line(['---', '---:', '---:', '---', '---:', '---']),
    ...rows.map(line),
    `| ${about.processor}, ${about.cores} cores, load ${about.load}, Node ${about.node} | | | | | |`,
  ].join('\n');
}
