/**
 * A process that trains a few steps of a network, makes a second model like it and trains that too, and prints how long
 * each took to its first step. Arguments: network, threads.
 */
import type { Program, Session } from '../../src/engine/index.ts';
import type { Model } from '../../src/index.ts';
import { cases } from '../cases.ts';
import type { NetworkDescription } from '../networks/description.ts';
import { atrousModel } from '../peers/atrous-network.ts';
import { plainData } from '../plain-data.ts';

/** Milliseconds from the call of `fit` to the end of the first step, and what they went to. */
export interface FirstStep {
  readonly total: number;
  /** Until the first program is handed to the engine: data, layers, gradients, optimizer. */
  readonly trace: number;
  /** Compiling the step. */
  readonly compile: number;
  /** Finding the means of the first batch (0 without batch normalization). */
  readonly means: number;
  /** The first step, with what V8 compiles meanwhile. */
  readonly step: number;
}

export interface FitReport {
  readonly first: FirstStep;
  readonly second: FirstStep;
}

interface Span {
  readonly from: number;
  readonly to: number;
}

const length = ({ from, to }: Span): number => to - from;

/** Notes when the programs of a model are compiled and run. */
function watch(model: Model, compiled: Span[], preludes: Span[], runs: Span[]): void {
  const { store } = model.trainer;
  const open = store.session.bind(store);
  const noted = async <T>(spans: Span[], work: () => Promise<T>): Promise<T> => {
    const from = performance.now();
    const result = await work();
    spans.push({ from, to: performance.now() });
    return result;
  };
  const watchedProgram = (program: Program): Program => ({
    ...program,
    run: (feed) => noted(runs, () => program.run(feed)),
    prelude: (feed) => noted(preludes, () => program.prelude(feed)),
  });
  store.session = async (): Promise<Session> => {
    const session = await open();
    return {
      ...session,
      compile: async (graph, options) =>
        watchedProgram(await noted(compiled, () => session.compile(graph, options))),
    };
  };
}

async function firstStep(network: NetworkDescription, batch: number, threads: number): Promise<FirstStep> {
  const compiled: Span[] = [];
  const preludes: Span[] = [];
  const runs: Span[] = [];
  const model = atrousModel(network, { threads });
  watch(model, compiled, preludes, runs);
  model.compile({ optimizer: 'adam', loss: 'sparseCategoricalCrossentropy', metrics: ['accuracy'] });
  const { x, y } = plainData(network, 4 * batch);
  const start = performance.now();
  let end = start;
  for await (const event of model.train(x, y, { batchSize: batch, epochs: 1, shuffle: false })) {
    if (event.type === 'batchEnd' && event.batch === 0) end = performance.now();
  }
  model.dispose();
  return {
    total: end - start,
    trace: compiled[0]!.from - start,
    compile: length(compiled[0]!),
    means: preludes.length === 0 ? 0 : length(preludes[0]!),
    step: length(runs[0]!),
  };
}

const [name, threads] = process.argv.slice(2);
const { network, batch } = cases[name!]!;
const first = await firstStep(network(0.5), batch, Number(threads));
const second = await firstStep(network(0.5), batch, Number(threads));
const report: FitReport = { first, second };
process.stdout.write(JSON.stringify(report));
process.exit(0);
