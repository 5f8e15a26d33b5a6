/**
 * The accuracy of the float32 functions of the library:
 *
 *     node bench/ulp.ts [NAME ...] [--every N] [--write]
 *     node bench/ulp.ts --stated
 *
 * Computes float32 numbers by the compiled function and prints the largest error in ulp, judged in float64, where it is,
 * and how often a function falls from a number to the next: all numbers where a function is neither constant nor linear,
 * each N-th elsewhere (61; `--every 1`: all 2^32 bit patterns, some minutes a function). `--write` keeps what was found
 * in `bench/ulp/errors.json`, which the tests hold; `--stated` prints it.
 */
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { compiled, measured } from './ulp/functions.ts';
import { bitsOf, errorsPath, type Finding, joined, scan, statedErrors } from './ulp/scan.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    every: { type: 'string', default: '61' },
    write: { type: 'boolean', default: false },
    stated: { type: 'boolean', default: false },
  },
});
const step = Number(values.every);
if (!Number.isSafeInteger(step) || step < 1)
  throw new Error(`--every takes a positive integer: ${values.every}`);

/** Up to three digits behind the point; large ones rounded to two digits. */
const shown = (error: number): string =>
  error < 1000 ? error.toFixed(3) : error.toExponential(1).replace('e+', 'e');

if (values.stated) {
  const row = (...[name, worst, at, scaled]: string[]): string =>
    `${name!.padEnd(24)}${worst!.padStart(9)}  ${at!.padEnd(24)}${scaled!.padStart(10)}`;
  console.log(row('function', 'ulp', 'at x =', 'in scale'));
  for (const [name, { worst, at, scaled }] of measured.map(
    (own) => [own.name, statedErrors()[own.name]!] as const,
  ))
    console.log(row(name, shown(worst), Number.isNaN(at) ? '' : String(at), shown(scaled)));
  process.exit(0);
}

for (const { name, of, exact, busy, sign, to } of measured) {
  if (positionals.length > 0 && !positionals.includes(name)) continue;
  const start = performance.now();
  const compute = compiled(of);
  const last = to === undefined ? 0x7fffffff : bitsOf(to);
  const findings: Finding[] = [];
  for (const own of sign === undefined ? ([1, -1] as const) : [sign]) {
    const [from, until] = busy.map(bitsOf) as [number, number];
    const ranges = [
      { first: 0, last: from - 1, step },
      { first: from, last: Math.min(until, last), step: 1 },
      { first: until + 1, last, step },
    ];
    for (const range of ranges) findings.push(scan(compute, exact, { ...range, sign: own }));
  }
  const found = findings.reduce(joined);
  const seconds = ((performance.now() - start) / 1000).toFixed(0);
  console.log(
    `${name}: ${found.worst.toFixed(3)} ulp at ${found.at}, ${found.scaled.toFixed(3)} of the larger of argument ` +
      `and result at ${found.scaledAt}, ${found.count} numbers, ${found.falls} falls, ${seconds} s`,
  );
  if (!values.write) continue;
  const errors = statedErrors();
  const kept = JSON.stringify(
    { ...errors, [name]: found },
    (_, value) => (Number.isNaN(value) ? 'NaN' : value),
    2,
  );
  writeFileSync(errorsPath, `${kept}\n`);
}
process.exit(0);
