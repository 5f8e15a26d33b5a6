import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs, promisify } from 'node:util';
import { namesIn, orHelp, positive } from '../arguments.ts';
import { cases } from '../cases.ts';
import { machine } from '../machine.ts';
import type { FitReport } from './fit.ts';
import type { Stages } from './stages.ts';
import { startLines } from './start-table.ts';

/** Milliseconds from `fit` to the first step that are asked for. */
const goals: Readonly<Record<string, number>> = { 'seed-2': 150, 'mobilenet-v2': 600 };

const help = `npm run bench -- --start [options]
How long fit takes to its first step, in a fresh process each time, with and without V8's wider vectors; the stages of
compiling, one after another in a process of their own; the size of the code; and a second model of the same structure.

  --only NAMES  networks, comma-separated (default: all): ${Object.keys(cases).join(', ')}
  --rounds N    processes of each kind; medians (default 5)
  --threads N   (default 2)
`;

/** The command `--start`. */
export function showStart(args: readonly string[]): Promise<number> {
  return orHelp(help, async () => {
    const { values } = parseArgs({
      args: [...args],
      options: {
        start: { type: 'boolean' },
        only: { type: 'string', default: Object.keys(cases).join() },
        rounds: { type: 'string', default: '5' },
        threads: { type: 'string', default: '2' },
        help: { type: 'boolean', default: false },
      },
    });
    if (values.help) {
      console.log(help);
      return 0;
    }
    const names = namesIn(values.only, Object.keys(cases), '--only');
    const rounds = positive(values.rounds, '--rounds');
    const threads = String(positive(values.threads, '--threads'));
    const { processor, cores, load, node } = machine();
    console.log(`${processor}, ${cores} cores, load ${load}, Node ${node}, ${threads} threads`);
    for (const name of names) {
      for (const wide of [true, false]) {
        const fits: FitReport[] = [];
        const stages: Stages[] = [];
        for (let round = 0; round < rounds; round++) {
          fits.push(await child('fit.ts', wide, name, threads));
          stages.push(await child('stages.ts', wide, name, threads, wide ? 'wide' : 'narrow'));
        }
        console.log(`\n${name}, batch ${cases[name]!.batch}, ${wide ? '256' : '128'} bits`);
        for (const line of startLines({ fits, stages }, goals[name])) console.log(`  ${line}`);
      }
    }
    return 0;
  });
}

/** What a fresh process of this folder prints. */
async function child<T>(file: string, wide: boolean, ...args: readonly string[]): Promise<T> {
  const path = fileURLToPath(new URL(file, import.meta.url));
  const flags = ['--no-warnings', ...(wide ? ['--experimental-wasm-revectorize'] : [])];
  const { stdout } = await promisify(execFile)(process.execPath, [...flags, path, ...args]);
  return JSON.parse(stdout) as T;
}
