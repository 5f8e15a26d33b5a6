import { Command } from 'commander';
import { configure } from '../engine/index.ts';
import { sequential } from '../model/model.ts';
import { dense, flatten, separableConv2d } from '../nn/layers/index.ts';
import { tensor } from '../tensor/tensor.ts';
import { type Context, printJson } from './context.ts';
import { byteSize, elapsed } from './figures.ts';
import { type MachineFacts, machineFacts } from './machine-facts.ts';
import { openTerminal } from './terminal.ts';

export const doctorCommand = (context: Context): Command =>
  new Command('doctor')
    .summary('tell what this machine offers')
    .description('Tells what this machine offers, and trains a tiny network to see that all of it works.')
    .option('--json', 'print one JSON object')
    .addHelpText('after', `\nExample:\n  ${context.self} doctor`)
    .action(async ({ json }: { readonly json?: boolean }) => {
      configure({ revectorize: true });
      const facts = machineFacts();
      const trial = await tryTraining(context);
      if (!trial.works) context.exitCode = 1;
      if (json) return printJson(context.stdout, { ...facts, trial });
      const terminal = openTerminal(context.stdout, context.env);
      for (const line of factLines(facts, trial)) terminal.line(line);
    });

interface Trial {
  readonly works: boolean;
  readonly seconds: number;
  /** What went wrong. */
  readonly problem?: string;
}

const trialSamples = 16;
const trialSize = 8;

/** Trains a tiny separable network for two epochs on bright and dark images. */
async function tryTraining(context: Context): Promise<Trial> {
  const start = context.now();
  const seconds = (): number => Math.round(1000 * (context.now() - start)) / 1000;
  try {
    const model = sequential(
      [
        separableConv2d({ filters: 4, kernelSize: 3, dilationRate: 2, padding: 'same', activation: 'relu' }),
        flatten(),
        dense({ units: 2, activation: 'softmax' }),
      ],
      { inputShape: [trialSize, trialSize, 1] },
    );
    model.compile({ optimizer: 'adam', loss: 'sparseCategoricalCrossentropy' });
    const labels = Uint8Array.from({ length: trialSamples }, (_, k) => k % 2);
    const pixels = trialSize ** 2;
    const images = Float32Array.from(
      { length: trialSamples * pixels },
      (_, k) => labels[Math.floor(k / pixels)]!,
    );
    const { history } = await model.fit(
      tensor(images, [trialSamples, trialSize, trialSize, 1]),
      tensor(labels, [trialSamples]),
      { epochs: 2, batchSize: 8, verbose: 0 },
    );
    model.dispose();
    const [first = Number.NaN, last = Number.NaN] = history.loss ?? [];
    const works = last < first;
    return {
      works,
      seconds: seconds(),
      ...(works ? {} : { problem: `the loss went from ${first} to ${last}` }),
    };
  } catch (error) {
    return {
      works: false,
      seconds: seconds(),
      problem: error instanceof Error ? error.message : String(error),
    };
  }
}

function factLines(facts: MachineFacts, trial: Trial): string[] {
  const { threads, sharedMemory, simd, revectorize, memory } = facts;
  const limit = memory.limit === undefined ? '' : `, limited to ${byteSize(memory.limit)}`;
  const rows: readonly (readonly [string, string])[] = [
    ['Atrous', facts.atrous],
    ['Node', `${facts.node} (V8 ${facts.v8}), ${facts.system}`],
    ['Processor', `${facts.processor}, ${facts.cores} core${facts.cores === 1 ? '' : 's'}`],
    ['Memory', `${byteSize(memory.total)}, ${byteSize(memory.free)} free${limit}`],
    ['Threads', `${threads} for training`],
    ['Shared memory', sharedMemory ? 'yes' : 'no: one thread'],
    ['WebAssembly SIMD', simd ? 'yes' : 'no: Atrous cannot run here'],
    ['V8 revectorize', revectorize ? 'on: 256-bit vectors' : 'not in this Node on this processor'],
    [
      'Trial training',
      trial.works ? `works (${elapsed(trial.seconds)})` : `failed: ${trial.problem ?? 'unknown'}`,
    ],
  ];
  const width = Math.max(...rows.map(([name]) => name.length));
  return rows.map(([name, value]) => `${name.padEnd(width)}  ${value}`);
}
