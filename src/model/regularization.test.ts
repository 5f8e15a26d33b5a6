import { afterAll, describe, expect, test } from 'vitest';
import { createInterpreterSession } from '../engine/interpreter-session.ts';
import * as constraints from '../nn/constraints/index.ts';
import * as layers from '../nn/layers/index.ts';
import * as regularizers from '../nn/regularizers/index.ts';
import { tensor } from '../tensor/tensor.ts';
import { type Model, sequential } from './model.ts';

const open: Model[] = [];
afterAll(() => {
  for (const model of open) model.dispose();
});

const x = tensor([1, 2, -1, 0.5], [2, 2]);
const y = tensor([0.5, -1], [2, 1]);

async function trained(options: Omit<layers.DenseOptions, 'units'>, interpreted: boolean, kernel = [3, -4]) {
  const model = sequential([layers.dense({ units: 1, useBias: false, ...options })], {
    inputShape: [2],
    engine: interpreted ? { session: createInterpreterSession } : { threads: 1 },
  });
  open.push(model);
  await model.setWeights([tensor(kernel, [2, 1])]);
  model.compile({ optimizer: 'sgd', loss: 'meanSquaredError' });
  model.optimizer.learningRate = 0.1;
  const { history } = await model.fit(x, y, { epochs: 1, batchSize: 2, shuffle: false, verbose: 0 });
  const [weights] = await model.getWeights();
  return { model, loss: history.loss![0]!, weights: Array.from(weights!.data) };
}

/** Loss and weights of one step without regularisers: predictions -5 and -5. */
const plainLoss = ((-5 - 0.5) ** 2 + (-5 + 1) ** 2) / 2;
const step = [3 - 0.1 * (-5.5 * 1 + -4 * -1), -4 - 0.1 * (-5.5 * 2 + -4 * 0.5)];

const absolute = (w: readonly number[]): number => w.reduce((sum, v) => sum + Math.abs(v), 0);
const squared = (w: readonly number[]): number => w.reduce((sum, v) => sum + v * v, 0);

describe.each([true, false])('interpreted: %s', (interpreted) => {
  test.each([
    ['l1', regularizers.l1({ l1: 0.5 }), (w: number[]) => 0.5 * absolute(w), [0.5, -0.5]],
    ['l2', regularizers.l2({ l2: 0.5 }), (w: number[]) => 0.5 * squared(w), [3, -4]],
    [
      'l1l2',
      regularizers.l1l2({ l1: 0.5, l2: 0.5 }),
      (w: number[]) => 0.5 * (absolute(w) + squared(w)),
      [3.5, -4.5],
    ],
    ['orthogonal rows', regularizers.orthogonal({ factor: 2 }), () => 2, [0, 0]],
  ])('%s adds its penalty to the loss and its gradient to that of the weight', async (_, own, penaltyOf, gradient) => {
    const { loss, weights, model } = await trained({ kernelRegularizer: own }, interpreted);
    expect(loss).toBeCloseTo(plainLoss + penaltyOf([3, -4]), 4);
    weights.forEach((w, k) => {
      expect(w).toBeCloseTo(step[k]! - 0.1 * gradient[k]!, 4);
    });
    const predicted = [weights[0]! + 2 * weights[1]!, -weights[0]! + 0.5 * weights[1]!];
    const evaluated = await model.evaluate(x, y);
    const after = ((predicted[0]! - 0.5) ** 2 + (predicted[1]! + 1) ** 2) / 2;
    expect(evaluated.loss).toBeCloseTo(after + penaltyOf(weights), 3);
  });

  test('a regulariser of the activity adds the mean over the samples', async () => {
    const { loss, weights } = await trained(
      { activityRegularizer: regularizers.l2({ l2: 0.25 }) },
      interpreted,
    );
    expect(loss).toBeCloseTo(plainLoss + 0.25 * 25, 4);
    // The derivative of 0.25 p^2 by p is -2.5 for both samples.
    expect(weights[0]).toBeCloseTo(step[0]! - 0.1 * ((-2.5 * 1 + -2.5 * -1) / 2), 4);
    expect(weights[1]).toBeCloseTo(step[1]! - 0.1 * ((-2.5 * 2 + -2.5 * 0.5) / 2), 4);
  });

  test.each([
    ['maxNorm', constraints.maxNorm({ maxValue: 1 }), (w: number[]) => w.map((v) => v / Math.hypot(...w))],
    ['unitNorm', constraints.unitNorm(), (w: number[]) => w.map((v) => v / Math.hypot(...w))],
    ['nonNeg', constraints.nonNeg(), (w: number[]) => w.map((v) => Math.max(v, 0))],
    [
      'minMaxNorm',
      constraints.minMaxNorm({ minValue: 8, maxValue: 9, rate: 0.5 }),
      (w: number[]) => w.map((v) => (v * (4 + Math.hypot(...w) / 2)) / Math.hypot(...w)),
    ],
    ['along one element', constraints.unitNorm({ axis: -1 }), (w: number[]) => w.map(Math.sign)],
  ])('%s holds after a step', async (_, kernelConstraint, wanted) => {
    const { weights } = await trained({ kernelConstraint }, interpreted);
    wanted(step).forEach((w, k) => {
      expect(weights[k]).toBeCloseTo(w, 4);
    });
  });
});

test('names, configs of Keras, and what is refused', () => {
  const config = {
    class_name: 'MinMaxNorm',
    config: { min_value: 0.5, max_value: 2, rate: 1, axis: [0, 1] },
  };
  const layer = layers.conv2d({
    filters: 1,
    kernelSize: 3,
    name: 'c',
    kernelRegularizer: 'l1_l2',
    biasRegularizer: 'L2' as never,
    kernelConstraint: config,
    biasConstraint: 'non_neg',
    activityRegularizer: { class_name: 'OrthogonalRegularizer', config: { factor: 0.1, mode: 'columns' } },
  });
  expect(layer.getConfig()).toMatchObject({
    kernel_regularizer: { module: 'keras.regularizers', class_name: 'L1L2', config: { l1: 0, l2: 0 } },
    bias_regularizer: { class_name: 'L2', config: { l2: 0.01 } },
    kernel_constraint: { module: 'keras.constraints', ...config },
    bias_constraint: { class_name: 'NonNeg' },
    activity_regularizer: { config: { factor: 0.1, mode: 'columns' } },
  });
  expect(() => layers.dense({ units: 1, kernelRegularizer: 'l3' as never })).toThrow(
    'Expected a regularizer, its name, or null. Received: "l3"',
  );
  expect(() => layers.dense({ units: 1, kernelConstraint: 'maxnrm' as never, name: 'd' })).toThrow(
    'Invalid value for kernelConstraint in layer "d". Expected a constraint, its name, or null. Received: "maxnrm". Did you mean "maxNorm"?',
  );
  expect(() => regularizers.l2({ l1: 1 } as never)).toThrow('Unknown option "l1" in regularizers.l2');
  expect(() => regularizers.l1({ l1: -1 })).toThrow('Invalid value for l1');
  expect(() => constraints.maxNorm({ axis: 1.5 })).toThrow('Invalid value for axis');
  const badAxis = sequential(
    [layers.dense({ units: 1, kernelConstraint: constraints.maxNorm({ axis: 2 }) })],
    {
      inputShape: [2],
    },
  );
  badAxis.compile({ optimizer: 'sgd', loss: 'meanSquaredError' });
  return expect(badAxis.fit(x, y, { verbose: 0 })).rejects.toThrow('axes of a weight of shape [2, 1]');
});
