import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { setFlagsFromString } from 'node:v8';
import { oneOf, orHelp, positive } from '../arguments.ts';
import { cases } from '../cases.ts';
import { machine } from '../machine.ts';
import { type Limits, measureLimits } from './limits.ts';
import { type KernelProfile, profileStep, type StepProfile } from './profile.ts';
import { roofline } from './roofline.ts';
import { trainingProgram } from './training-program.ts';

const help = `npm run bench -- --kernels NETWORK [options]
Every kernel of a training step on one thread: its share of the time, its speed, and what share it reaches of
min(peak, bandwidth x intensity), peak and bandwidths measured in the same run.

  NETWORK         ${Object.keys(cases).join(', ')}
  --batch-size N  (default: that of the network)
  --top N         rows of the table (default 25)
  --svg FILE      draws the roofline
  --128           without V8's wider vectors
`;

/** The command `--kernels`. */
export function showKernels(args: readonly string[]): Promise<number> {
  return orHelp(help, async () => {
    const { values } = parseArgs({
      args: [...args],
      options: {
        kernels: { type: 'string' },
        'batch-size': { type: 'string' },
        top: { type: 'string', default: '25' },
        svg: { type: 'string' },
        '128': { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    });
    if (values.help) {
      console.log(help);
      return 0;
    }
    const entry = cases[oneOf(values.kernels!, Object.keys(cases), '--kernels')]!;
    const given = values['batch-size'];
    const batch = given === undefined ? entry.batch : positive(given, '--batch-size');
    const wide = !values['128'];
    if (wide) setFlagsFromString('--experimental-wasm-revectorize');
    const { processor, load, node } = machine();
    const limits = measureLimits(wide);
    const profile = profileStep(trainingProgram(entry.network(0.5), batch, wide), batch, limits, wide);
    const title = `${entry.name}, training step, batch ${batch}${wide ? '' : ', 128 bits'}`;
    console.log(`${title}; ${processor}, load ${load}, Node ${node}`);
    console.log(report(profile, limits, positive(values.top, '--top')));
    if (values.svg !== undefined) writeFileSync(values.svg, roofline(title, profile, limits));
    return 0;
  });
}

/** What is named in a report: kernels that take a share of the time and are far below their limit. */
const named = { share: 0.03, reached: 0.5 };
const percent = (value: number): string => `${(100 * value).toFixed(1)} %`;

function report(profile: StepProfile, { peak, bandwidths }: Limits, top: number): string {
  const { kernels, sum, step, mean, memoryBytes, moduleBytes } = profile;
  const weak = kernels.filter(({ share, reached }) => share > named.share && reached < named.reached);
  const head = [
    'time',
    'ms',
    'calls',
    'us a call',
    'GFLOP/s',
    'GB/s',
    'bytes',
    'op/byte',
    'of limit',
    'kernel',
  ];
  const rows = [head, ...kernels.slice(0, top).map(row)];
  const widths = head.map((_, k) => Math.max(...rows.map((cells) => cells[k]!.length)));
  return [
    `peak ${peak.toFixed(1)} GFLOP/s; ${bandwidths.map(({ bytes, rate }) => `${rate.toFixed(0)} GB/s in ${Math.round(bytes / 1024)} KiB`).join(', ')}`,
    ...rows.map((cells) =>
      cells.map((cell, k) => (k === head.length - 1 ? cell : cell.padStart(widths[k]!))).join('  '),
    ),
    `${kernels.length} kernels, ${sum.toFixed(2)} ms in all; the step on one thread ${step.toFixed(2)} ms`,
    `weighted by time, ${percent(mean)} of the limit; module ${moduleBytes} bytes, memory ${(memoryBytes / 1e6).toFixed(1)} MB`,
    ...(weak.length === 0 ? [] : ['over 3 % of the time and below 50 % of the limit:']),
    ...weak.map(
      ({ name, share, reached, loops }) => `  ${name}: ${percent(share)}, ${percent(reached)}; ${loops}`,
    ),
  ].join('\n');
}

function row(kernel: KernelProfile): string[] {
  const { share, ms, calls, speed, rate, bytes, intensity, reached, name } = kernel;
  return [
    percent(share),
    ms.toFixed(3),
    String(Math.round(calls)),
    ((1e3 * ms) / calls).toFixed(2),
    speed.toFixed(1),
    rate.toFixed(1),
    String(bytes),
    intensity.toFixed(2),
    percent(reached),
    name,
  ];
}
