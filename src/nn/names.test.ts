import { expect, test } from 'vitest';
import { getActivation } from './activations/get-activation.ts';
import * as activations from './activations/named.ts';
import { getInitializer } from './initializers/get-initializer.ts';
import { dense } from './layers/index.ts';
import { getLoss, type LossLike } from './losses/get-loss.ts';
import * as losses from './losses/makers.ts';
import type { MetricMaker } from './metrics/define.ts';
import { getMetric, type MetricLike } from './metrics/get-metric.ts';
import * as metrics from './metrics/makers.ts';
import type { SnakeCase } from './names.ts';
import { getOptimizer, type OptimizerLike } from './optimizers/get-optimizer.ts';
import * as optimizers from './optimizers/makers.ts';

/** What `SnakeCase` says of types. */
const snake = <Name extends string>(name: Name): SnakeCase<Name> =>
  name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`) as SnakeCase<Name>;

const namesOf = (table: object): string[] => Object.keys(table).flatMap((name) => [name, snake(name)]);

test('the names that the types take are found', () => {
  for (const name of [...namesOf(losses), 'mse', 'mae', 'mape', 'msle', 'bce', 'kld'])
    expect(getLoss(name).perSample, name).toBeTypeOf('function');
  for (const [name, make] of Object.entries(metrics as unknown as Record<string, MetricMaker>)) {
    const required = Object.values(make.kind.options).some(({ fallback }) => !fallback);
    if (required) expect(() => getMetric(name, [4], []), name).toThrow('this option is required');
    else expect(getMetric(snake(name), [4], []).perSample, name).toBeTypeOf('function');
  }
  for (const name of Object.keys(optimizers).flatMap((own) => [own, own.toLowerCase()]))
    expect(getOptimizer(name).updateVariable, name).toBeTypeOf('function');
  for (const name of namesOf(activations).filter((own) => own !== 'threshold'))
    expect(getActivation(name, 'activation').apply, name).toBeTypeOf('function');
  expect(getInitializer(snake('truncatedNormal'), 'kernelInitializer').className).toBe('TruncatedNormal');
});

test('misspelt names do not compile', () => {
  const taken: readonly [LossLike, MetricLike, OptimizerLike] = [
    'mean_squared_error',
    'sparse_top_k_categorical_accuracy',
    'adamw',
  ];
  // @ts-expect-error: no loss has this name
  const loss: LossLike = 'mean_square_error';
  // @ts-expect-error: no metric has this name
  const metric: MetricLike = 'acuracy';
  // @ts-expect-error: its option recall must be given
  const atRecall: MetricLike = 'precisionAtRecall';
  // @ts-expect-error: no optimiser has this name
  const optimizer: OptimizerLike = 'adm';
  expect(getLoss(taken[0]).name).toBe('meanSquaredError');
  expect(() => getLoss(loss)).toThrow('Expected a loss');
  expect(() => getMetric(metric, [4], [])).toThrow('Expected metrics');
  expect(() => getMetric(atRecall, [4], [])).toThrow('this option is required');
  expect(() => getOptimizer(optimizer)).toThrow('Expected an optimizer');
  // @ts-expect-error: no activation has this name
  expect(() => dense({ units: 1, activation: 'rleu' })).toThrow('Did you mean "relu"?');
  // @ts-expect-error: no initialiser has this name
  expect(() => dense({ units: 1, kernelInitializer: 'glorotUnifrom' })).toThrow('Did you mean');
  // @ts-expect-error: no regulariser has this name
  expect(() => dense({ units: 1, kernelRegularizer: 'l3' })).toThrow('Expected a regularizer');
  // @ts-expect-error: no constraint has this name
  expect(() => dense({ units: 1, kernelConstraint: 'maxNrm' })).toThrow('Did you mean "maxNorm"?');
});
