import { parseArgs } from 'node:util';
import { setFlagsFromString } from 'node:v8';
import { shardCount } from '../../src/compiler/plan/contract-constants.ts';
import { namesIn, orHelp, positive } from '../arguments.ts';
import { type Case, cases } from '../cases.ts';
import { machine } from '../machine.ts';
import { bandwidthFor, type Limits, measureLimits } from '../profile/limits.ts';
import { profileStep } from '../profile/profile.ts';
import { trainingProgram } from '../profile/training-program.ts';
import { measureScaling } from './measure.ts';
import { type CallCost, measuredCosts, phasesOf } from './phases.ts';
import { latenessLine, measuredLines, paperLines } from './scaling-table.ts';
import { type MachineCosts, simulate } from './simulate.ts';

const help = `npm run bench -- --scaling [options]
A training step with 1, 2, 4 and 8 threads, which take turns in one run; how late a timer of the main thread is
meanwhile; and, computed from the plan and the time of each kernel alone, what more cores would give and what stops
them first.

  --only NAMES   networks, comma-separated (default: all): ${Object.keys(cases).join(', ')}
  --rounds N     (default 5)
  --measured     without the computation
  --oversubscribe  all threads work at the same time, also those beyond the cores (not the default)
  --paper        without the measurement
`;

const measuredThreads = [1, 2, 4, 8];
const paperCores = [1, 2, 4, 8, 16, 32, 64];
/** Batch for which the computation is made a second time: with 64 shards. */
const largeBatch = 1024;
/**
 * Milliseconds that a thread adds to a phase: its count of what it did and a look for an item, atomic operations on
 * words that all threads write, about 0.1 microseconds each between cores.
 */
const perThread = 0.0002;
/** A processor with many cores has the memory of so many of these, about: eight channels. */
const memoryOfCores = 8;

/** The command `--scaling`. */
export function showScaling(args: readonly string[]): Promise<number> {
  return orHelp(help, async () => {
    const { values } = parseArgs({
      args: [...args],
      options: {
        scaling: { type: 'boolean' },
        only: { type: 'string', default: Object.keys(cases).join() },
        rounds: { type: 'string', default: '5' },
        measured: { type: 'boolean', default: false },
        oversubscribe: { type: 'boolean', default: false },
        paper: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    });
    if (values.help) {
      console.log(help);
      return 0;
    }
    const rounds = positive(values.rounds, '--rounds');
    const names = namesIn(values.only, Object.keys(cases), '--only');
    setFlagsFromString('--experimental-wasm-revectorize');
    const { processor, cores, load, node } = machine();
    console.log(`${processor}, ${cores} cores, load ${load}, Node ${node}`);
    const limits = values.measured ? undefined : measureLimits(true);
    for (const name of names) {
      const entry = cases[name]!;
      console.log(`\n${name}, batch ${entry.batch}`);
      let host = 0;
      if (!values.paper) {
        const { ms, late, busyMs } = await measureScaling(
          entry,
          measuredThreads,
          rounds,
          values.oversubscribe,
        );
        host = busyMs;
        console.log([...measuredLines(name, ms), latenessLine(late, busyMs)].join('\n'));
      }
      if (limits) console.log(onPaper(entry, limits, host).join('\n'));
    }
    return 0;
  });
}

function onPaper(entry: Case, limits: Limits, host: number): string[] {
  const { batch } = entry;
  const program = trainingProgram(entry.network(0.5), batch, true);
  const { kernels, sum, step } = profileStep(program, batch, limits, true);
  const alone = measuredCosts(program.plan, batch, kernels);
  const joinRate = bandwidthFor(limits, 2 ** 18).rate;
  const phasesAlone = phasesOf(program.plan, batch, alone, joinRate);
  // In a step kernels find their data less near than alone, where each repeats over its own.
  const factor = step / phasesAlone.flatMap(({ items }) => items).reduce((a, b) => a + b, 0);
  const cost: CallCost = (kernel, samples) => factor * alone(kernel, samples);
  const costs: MachineCosts = {
    perThread,
    sharedRate: memoryOfCores * limits.bandwidths.at(-1)!.rate,
    host,
  };
  const lines = [
    `  kernels alone ${sum.toFixed(2)} ms, the step on one thread ${step.toFixed(2)} ms, by which they are scaled; ` +
      `${program.phases.length} phases; shared memory at ${costs.sharedRate.toFixed(0)} GB/s`,
  ];
  for (const samples of new Set([batch, largeBatch])) {
    const phases = phasesOf(program.plan, samples, cost, joinRate);
    const scaled = { ...costs, host: (host * samples) / batch };
    const steps = paperCores.map((cores) => simulate(phases, cores, scaled));
    lines.push(...paperLines(steps, samples, shardCount(samples)));
  }
  return lines;
}
