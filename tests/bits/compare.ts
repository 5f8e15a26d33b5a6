import { interpret, type NumberArray } from '../../src/backends/interpreter/interpret.ts';
import { createSession } from '../../src/engine/create-session.ts';
import { prepare } from '../../src/engine/prepare.ts';
import type { Feed } from '../../src/engine/session.ts';
import type { Graph, Node } from '../../src/graph/node.ts';
import { type Combination, nameOf } from './combinations.ts';
import type { RandomNetwork } from './random-network.ts';
import { RandomSource } from './random-source.ts';

type Outputs = Readonly<Record<string, NumberArray>>;

/** What the float32 interpreter computes for a network. */
export interface Expected {
  readonly feeds: readonly Feed[];
  readonly inference: Outputs;
  readonly gradients: Outputs;
  /** Losses of three steps, then every variable. */
  readonly losses: readonly NumberArray[];
  readonly variables: ReadonlyMap<Node, NumberArray>;
}

/** The bit contract covers steps whose values are all finite. */
export class NotFinite extends Error {}

/** Three batches of a network, one of them of another size. */
function feedsOf(network: RandomNetwork): Feed[] {
  const random = new RandomSource(~network.seed);
  const { batchSize } = network;
  const short = random.integer(1, batchSize);
  const seed = [random.word(), random.word()] as const;
  const sizes = random.chance(0.5) ? [batchSize, batchSize, short] : [batchSize, short, batchSize];
  return sizes.map((samples, step) => ({
    batchSize: samples,
    inputs: network.feed(step, samples),
    step,
    seed,
  }));
}

/** Interprets inference, gradients and three training steps. */
export function expectedOf(network: RandomNetwork): Expected {
  const feeds = feedsOf(network);
  const run = (graph: Graph, variables: ReadonlyMap<Node, ArrayLike<number>>, feed: Feed) => {
    const { batchSize, step, seed } = feed;
    const result = interpret(graph, feed.inputs, variables, { precision: 'f32', batchSize, step, seed });
    for (const [name, values] of Object.entries(result.outputs)) requireFinite(name, values);
    for (const [node, values] of result.variables) requireFinite(node.name, values);
    return result;
  };
  const inference = run(prepare(network.inference), network.initial, feeds[0]!).outputs;
  const gradients = run(prepare(network.gradients), network.initial, feeds[0]!).outputs;
  const training: Graph = { ...prepare(network.training), guard: network.training.guard };
  const variables = new Map<Node, NumberArray>(network.initial);
  const losses = feeds.map((feed) => {
    const result = run(training, variables, feed);
    for (const [node, values] of result.variables) variables.set(node, values);
    return result.outputs.loss!;
  });
  return { feeds, inference, gradients, losses, variables };
}

function requireFinite(name: string, values: NumberArray): void {
  if (!values.every(Number.isFinite)) throw new NotFinite(name);
}

/** Runs a network in one combination; tells what is not bit for bit as expected. */
export async function differences(
  network: RandomNetwork,
  expected: Expected,
  combination: Combination,
): Promise<string[]> {
  const { threads, microBatch } = combination;
  const session = createSession({ threads, microBatch, spread: smallParts });
  const found: string[] = [];
  const compare = (what: string, wanted: NumberArray, got: NumberArray | undefined): void => {
    const difference = firstDifference(wanted, got);
    if (difference !== undefined) found.push(`${nameOf(combination)}: ${what} ${difference}`);
  };
  const compareAll = (what: string, wanted: Outputs, got: Outputs): void => {
    for (const [name, values] of Object.entries(wanted)) compare(`${what}, ${name}`, values, got[name]);
  };
  try {
    const maxBatch = network.batchSize + (network.seed % 3 === 0 ? 2 : 0);
    const compile = (graph: Graph) => session.compile(graph, { maxBatch });
    const inference = await compile(network.inference);
    const gradients = await compile(network.gradients);
    const training = await compile(network.training);
    for (const [node, values] of network.initial) await session.write(node, values);
    compareAll('inference', expected.inference, await inference.run(expected.feeds[0]!));
    if (threads > 1) {
      const [feed, first] = firstSample(expected);
      const outputs =
        network.seed % 2 === 0
          ? (await session.compile(network.inference, { maxBatch: 1 })).run(feed)
          : session.compileSync(network.inference, { maxBatch: 1 }).run(feed);
      compareAll('inference of one sample', first, await outputs);
    }
    compareAll('gradients', expected.gradients, await gradients.run(expected.feeds[0]!));
    const outputs = await Promise.all(expected.feeds.map((feed) => training.run(feed)));
    expected.losses.forEach((values, step) => {
      compare(`loss of step ${step}`, values, outputs[step]!.loss);
    });
    for (const [node, values] of expected.variables)
      compare(`${node.name} after three steps`, values, await session.read(node));
  } finally {
    session.dispose();
  }
  return found;
}

/** Cuts nests of a few points already, so that threads share the single samples of small networks. */
const smallParts = { most: 3, least: 16, perPhase: 0 };

/** The first sample of the first batch, and what a network makes of it: no prediction depends on the rest of its batch. */
function firstSample({ feeds: [feed], inference }: Expected): [Feed, Outputs] {
  const { batchSize } = feed!;
  const first = <T extends NumberArray | Feed['inputs'][string]>(values: T): T =>
    values.slice(0, values.length / batchSize) as T;
  const firsts = <T extends NumberArray | Feed['inputs'][string]>(
    all: Readonly<Record<string, T>>,
  ): Record<string, T> =>
    Object.fromEntries(Object.entries(all).map(([name, values]) => [name, first(values)]));
  return [{ ...feed!, batchSize: 1, inputs: firsts(feed!.inputs) }, firsts(inference)];
}

function firstDifference(wanted: NumberArray, got: NumberArray | undefined): string | undefined {
  if (got?.length !== wanted.length) return `has ${got?.length} numbers, not ${wanted.length}`;
  for (let k = 0; k < wanted.length; k++)
    if (!Object.is(wanted[k], got[k])) return `at ${k}: ${got[k]}, not ${wanted[k]}`;
  return undefined;
}
