import { interpret, type NumberArray } from '../../src/backends/interpreter/interpret.ts';
import type { Graph, Node } from '../../src/graph/node.ts';
import type { RandomNetwork } from './random-network.ts';
import { RandomSource } from './random-source.ts';

const wanted = 20;
const trials = 60;
const steps = [1e-5, 1e-6] as const;

export interface DifferenceReport {
  /** Coordinates whose derivative was compared. */
  readonly checked: number;
  readonly failures: readonly string[];
}

interface Differences {
  readonly central: number;
  readonly right: number;
  readonly left: number;
}

/** At a kink the differences of both sides part. */
const parts = ({ left, right }: Differences): boolean =>
  Math.abs(left - right) > 1e-3 * (Math.abs(left) + Math.abs(right));

/**
 * Compares derivatives of the mean loss with central differences at random coordinates of parameters and inputs,
 * all in float64 and over the traced graph. A coordinate at a kink (where the differences of both sides part) is
 * replaced by another one.
 */
export function finiteDifferences(network: RandomNetwork): DifferenceReport {
  const random = new RandomSource(network.seed);
  const samples = network.batchSize;
  const feed: Record<string, NumberArray> = { ...network.feed(0, samples) };
  const variables = new Map<Node, NumberArray>();
  for (const [node, values] of network.initial) variables.set(node, Float64Array.from(values));
  for (const { name } of network.inputs) feed[name] = Float64Array.from(feed[name]!);
  const weights = Float64Array.of(1 / samples);
  feed.inverseBatch = weights;
  const run = (graph: Graph): Readonly<Record<string, NumberArray>> =>
    interpret(graph, feed, variables, { precision: 'f64', batchSize: samples, step: 0 }).outputs;
  const onlyLoss: Graph = { outputs: { loss: network.gradients.outputs.loss! }, assignments: [] };
  const loss = (): number => {
    const { loss: values } = run(onlyLoss);
    let total = 0;
    for (const value of values!) total += value;
    return total / samples;
  };
  const derived = run(network.gradients);
  const places = [
    ...network.parameters.map((node) => ({ node, values: variables.get(node)! })),
    ...network.inputs.map((node) => ({ node, values: feed[node.name]! })),
  ];
  const failures: string[] = [];
  const base = loss();
  let checked = 0;
  for (let trial = 0; trial < trials && checked < wanted && places.length > 0; trial++) {
    const { node, values } = random.pick(places);
    const k = random.integer(0, values.length - 1);
    const gradient = derived[`d${node.name}`]![k]!;
    const near = (difference: number): boolean =>
      Math.abs(difference - gradient) <= 2e-5 * Math.max(Math.abs(gradient), Math.abs(difference)) + 1e-7;
    const before = values[k]!;
    const differences = (h: number): Differences => {
      values[k] = before + h;
      const above = loss();
      values[k] = before - h;
      const below = loss();
      values[k] = before;
      return { central: (above - below) / (2 * h), right: (above - base) / h, left: (base - below) / h };
    };
    const wide = differences(steps[0]);
    if (near(wide.central)) {
      checked++;
      continue;
    }
    const narrow = differences(steps[1]);
    if (near(narrow.central)) {
      checked++;
      continue;
    }
    if (parts(wide) || parts(narrow)) continue;
    checked++;
    // the functions are polynomials in pieces, exact to float32: where they meet, the two steps tell how far to trust them
    const doubt = Math.abs(wide.central - narrow.central);
    if (Math.abs(wide.central - gradient) <= Math.min(doubt, 1e-3 * Math.abs(gradient))) continue;
    failures.push(
      `derivative by ${node.name}[${k}]: ${gradient}, by differences ${wide.central}, ${narrow.central}`,
    );
  }
  return { checked, failures };
}
