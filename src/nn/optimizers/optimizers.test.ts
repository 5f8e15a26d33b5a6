import { describe, expect, test } from 'vitest';
import { getOptimizer, optimizerOfClass } from './get-optimizer.ts';
import * as optimizers from './index.ts';

describe('names', () => {
  test.each([
    ['adamW', 'AdamW'],
    ['adamw', 'AdamW'],
    ['adam_w', 'AdamW'],
    ['Adamax', 'Adamax'],
    ['nadam', 'Nadam'],
    ['adagrad', 'Adagrad'],
    ['adadelta', 'Adadelta'],
    ['lamb', 'Lamb'],
    ['lion', 'Lion'],
    ['ftrl', 'Ftrl'],
    ['rmsprop', 'RMSprop'],
    ['SGD', 'SGD'],
  ])('%s', (name, className) => {
    expect(getOptimizer(name).className).toBe(className);
    expect(optimizerOfClass(className)!().className).toBe(className);
  });

  test('an unknown one', () => {
    expect(() => getOptimizer('adamx')).toThrow('Did you mean "adam"?');
    expect(optimizerOfClass('constructor')).toBeUndefined();
  });
});

test('configs have the names of Keras', () => {
  expect(optimizers.ftrl({ beta: 0.5, globalClipnorm: 2 }).getConfig()).toEqual({
    learning_rate: 0.001,
    weight_decay: null,
    clipnorm: null,
    global_clipnorm: 2,
    clipvalue: null,
    use_ema: false,
    ema_momentum: 0.99,
    ema_overwrite_frequency: null,
    gradient_accumulation_steps: null,
    learning_rate_power: -0.5,
    initial_accumulator_value: 0.1,
    l1_regularization_strength: 0,
    l2_regularization_strength: 0,
    l2_shrinkage_regularization_strength: 0,
    beta: 0.5,
  });
  expect(optimizers.sgd({ excludeFromWeightDecay: ['bias'] }).getConfig()).toMatchObject({
    exclude_from_weight_decay: ['bias'],
  });
  expect(optimizers.adamW().getConfig()).toMatchObject({ beta_1: 0.9, weight_decay: 0.004, amsgrad: false });
});

describe('arguments', () => {
  test.each(
    Object.keys({ ...optimizers, getOptimizer: undefined }).filter((name) => name !== 'getOptimizer'),
  )('%s refuses what it does not take', (name) => {
    const make = (optimizers as unknown as Record<string, (options: object) => unknown>)[name]!;
    const invalid = { code: 'invalid-argument' };
    for (const wrong of [Number.NaN, -1, '1', Number.POSITIVE_INFINITY]) {
      for (const key of [
        'learningRate',
        'weightDecay',
        'clipnorm',
        'clipvalue',
        'globalClipnorm',
        'emaMomentum',
        'emaOverwriteFrequency',
        'gradientAccumulationSteps',
      ]) {
        expect(() => make({ [key]: wrong })).toThrow(`Invalid value for ${key} in optimizers.${name}.`);
      }
    }
    expect(() => make({ clipnorm: 0 })).toThrow(expect.objectContaining(invalid));
    expect(() => make({ clipnorm: 1, globalClipnorm: 1 })).toThrow('Expected no value beside clipnorm');
    expect(() => make({ learningrate: 1 })).toThrow('Did you mean "learningRate"?');
  });

  test('of single rules', () => {
    expect(() => optimizers.lion({ beta1: 0 })).toThrow('beta1');
    expect(() => optimizers.ftrl({ learningRatePower: 0.5 })).toThrow('learningRatePower');
    expect(() => optimizers.adagrad({ initialAccumulatorValue: -1 })).toThrow('initialAccumulatorValue');
    expect(() => optimizers.adamW({ weightDecay: null as never })).toThrow('weightDecay');
    expect(() => optimizers.adadelta({ rho: 1 })).toThrow('rho');
    for (const wrong of [[], [''], 'bias', [1]])
      expect(() => optimizers.adamW({ excludeFromWeightDecay: wrong as never })).toThrow(
        'excludeFromWeightDecay',
      );
  });
});

test('the momentum of Nadam follows from the step alone', () => {
  const at = (steps: number): number => optimizers.nadam().storedScalarsAt!(steps)[0]!;
  const ascending = [3, 10, 2000].map(at);
  expect([2000, 10, 3].map(at).reverse()).toEqual(ascending);
  expect(ascending[0]).toBeCloseTo(0.11397994511, 6);
});
