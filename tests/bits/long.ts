/**
 * Compares many random networks in all combinations. Usage: node tests/bits/long.ts [SMALL=3000] [WIDE=60]
 * ATROUS_TEST_SEED sets the first seed.
 */
import { baseSeed } from './base-seed.ts';
import type { KindName } from './kinds.ts';
import { describeFailures, runNetworks } from './processes.ts';
import type { NetworkReport } from './report.ts';

const [small = 3000, wide = 60] = process.argv.slice(2).map(Number);
const first = baseSeed();
const started = performance.now();
const all: NetworkReport[] = [];
const print = (text: string): boolean => process.stdout.write(`${text}\n`);

async function compare(kind: KindName, count: number): Promise<void> {
  print(`${count} ${kind} networks in all combinations, seeds from ${first} (ATROUS_TEST_SEED=${first})`);
  let done = 0;
  const onReport = (report: NetworkReport): void => {
    done++;
    for (const text of describeFailures([report])) print(text);
    if (done % 100 === 0)
      print(`${done / 2} of ${count} networks, ${((performance.now() - started) / 1000).toFixed(0)} s`);
  };
  const seeds = Array.from({ length: count }, (_, k) => first + k);
  all.push(...(await runNetworks({ kind, which: 'all', seeds, onReport })));
}

await compare('small', small);
await compare('wide', wide);
const sum = (of: (report: NetworkReport) => number): number => all.reduce((total, r) => total + of(r), 0);
const failed = sum(({ failures }) => (failures.length > 0 ? 1 : 0));
print(
  `${small + wide} networks, ${sum(({ combinations }) => combinations)} runs, ` +
    `${sum(({ derivatives }) => derivatives)} derivatives, ` +
    `${sum(({ finite }) => (finite ? 0 : 1))} with values that are not finite, ${failed} failures`,
);
process.exitCode = failed > 0 ? 1 : 0;
