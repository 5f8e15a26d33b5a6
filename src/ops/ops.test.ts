import { describe, expect, test } from 'vitest';
import { interpret, type NumberArray } from '../backends/interpreter/interpret.ts';
import { order } from '../compiler/plan/order.ts';
import { gradients } from '../graph/differentiate.ts';
import { type Graph, input, type Node } from '../graph/node.ts';
import { simplify } from '../graph/simplify.ts';
import { verifyGraph } from '../graph/verify-graph.ts';
import { elementCount } from '../ir/tensor-type.ts';
import { multiply, reduceSum } from './index.ts';
import type { OpName } from './op-name.ts';
import { samplers, sampleValues, TestRandom } from './samplers.test-support.ts';

const SAMPLES = Number(process.env.ATROUS_OP_SAMPLES ?? 25);
const seeds = Array.from({ length: SAMPLES }, () => Math.floor(Math.random() * 2 ** 31));

interface Case {
  readonly graph: Graph;
  readonly inputs: Record<string, NumberArray>;
  readonly variables: Map<Node, NumberArray>;
  readonly batchSize: number;
  /** Operands whose gradient is the output `d<name>`. */
  readonly differentiable: readonly Node[];
}

/** An operation under the objective sum(output * weights), with the gradients of all float operands. */
function buildCase(name: OpName, random: TestRandom): Case {
  const { operands, output } = samplers[name](random);
  const batchSize = random.integer(1, 4);
  const weights = input('weights', { dtype: 'f32', shape: output.type.shape, batched: false });
  const objective = reduceSum(multiply(output, weights));
  const differentiable = operands.filter(({ values }) => 'low' in values).map(({ node }) => node);
  const found = gradients(objective, differentiable);
  const inputs: Record<string, NumberArray> = {
    weights: random.spread(elementCount(output.type.shape), -1, 1),
  };
  const variables = new Map<Node, NumberArray>();
  for (const operand of operands) {
    const values = sampleValues(operand, batchSize, random);
    if (operand.node.role === 'variable') variables.set(operand.node, values);
    else inputs[operand.node.name] = values;
  }
  const outputs = {
    output,
    objective,
    ...Object.fromEntries(differentiable.map((node) => [`d${node.name}`, found.get(node)!])),
  };
  return { graph: { outputs, assignments: [] }, inputs, variables, batchSize, differentiable };
}

const total = (values: NumberArray): number => Array.from(values).reduce((sum, x) => sum + x, 0);

function largestDifference(a: NumberArray, b: NumberArray): number {
  let largest = 0;
  a.forEach((x: number, k: number) => {
    if (!Object.is(x, b[k])) largest = Math.max(largest, Math.abs(x - b[k]!) / (1 + Math.abs(x)));
  });
  return largest;
}

/** Central differences of the float64 objective against the derived gradient, at some elements. */
function checkGradients(
  c: Case,
  gradientValues: Readonly<Record<string, NumberArray>>,
  random: TestRandom,
): void {
  const step = 1e-5;
  const graph = { outputs: { objective: c.graph.outputs.objective! }, assignments: [] };
  for (const node of c.differentiable) {
    const given = node.role === 'variable' ? c.variables.get(node)! : c.inputs[node.name]!;
    const evaluateAt = (k: number, delta: number): number => {
      const moved = Float64Array.from(given);
      moved[k] = moved[k]! + delta;
      const inputs = node.role === 'variable' ? c.inputs : { ...c.inputs, [node.name]: moved };
      const variables = node.role === 'variable' ? new Map(c.variables).set(node, moved) : c.variables;
      return total(
        interpret(graph, inputs, variables, { precision: 'f64', batchSize: c.batchSize }).outputs.objective!,
      );
    };
    for (let probe = 0; probe < 20; probe++) {
      const k = random.integer(0, given.length - 1);
      const expected = (evaluateAt(k, step) - evaluateAt(k, -step)) / (2 * step);
      const received = gradientValues[`d${node.name}`]![k]!;
      expect(
        Math.abs(expected - received),
        `d${node.name}[${k}]: ${received}, difference ${expected}`,
      ).toBeLessThan(2e-6 * (1 + Math.abs(expected)));
    }
  }
}

describe.each(Object.keys(samplers) as OpName[])('%s', (name) => {
  test.each(seeds)('seed %i', (seed) => {
    const random = new TestRandom(seed);
    const c = buildCase(name, random);
    verifyGraph(c.graph);
    const evaluate = (graph: Graph, precision: 'f64' | 'f32') =>
      interpret(graph, c.inputs, c.variables, { precision, batchSize: c.batchSize }).outputs;
    const exact = evaluate(c.graph, 'f64');
    // stopGradient hides a dependence on purpose; its sampler scales the hidden factor to 0.
    checkGradients(c, exact, random);
    const simple = simplify(c.graph);
    verifyGraph(simple);
    const ordered = order(simple);
    verifyGraph(ordered);
    const simplified = evaluate(simple, 'f64');
    const single = evaluate(ordered, 'f32');
    for (const key of Object.keys(exact)) {
      expect(largestDifference(exact[key]!, simplified[key]!), `${key}, simplified`).toBeLessThan(1e-9);
      expect(largestDifference(exact[key]!, single[key]!), `${key}, float32`).toBeLessThan(2e-4);
    }
  });
});
