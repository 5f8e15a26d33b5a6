import { expect, test } from 'vitest';
import { networkFromConfig } from './keras-model-network.ts';
import { withoutOperation } from './keras-operators.ts';

const tensor = (layer: string): object => ({
  class_name: '__keras_tensor__',
  config: { shape: [null, 4], dtype: 'float32', keras_history: [layer, 0, 0] },
});

const operation = (class_name: string, args: readonly unknown[], kwargs: object = {}) => ({
  module: 'keras.src.ops.numpy',
  class_name,
  config: { name: 'own' },
  inbound_nodes: [{ args, kwargs }],
});

const x = tensor('x');
const y = tensor('y');

test.each([
  ['Add', [x, 3], 'Rescaling', { scale: 1, offset: 3 }],
  ['Add', [3, x], 'Rescaling', { scale: 1, offset: 3 }],
  ['Subtract', [x, 3], 'Rescaling', { scale: 1, offset: -3 }],
  ['Subtract', [3, x], 'Rescaling', { scale: -1, offset: 3 }],
  ['Multiply', [0.5, x], 'Rescaling', { scale: 0.5, offset: 0 }],
  ['TrueDivide', [x, 4], 'Rescaling', { scale: 0.25, offset: 0 }],
  ['Divide', [x, 4], 'Rescaling', { scale: 0.25, offset: 0 }],
  ['Negative', [x], 'Rescaling', { scale: -1, offset: 0 }],
  ['Add', [x, y], 'Add', {}],
  ['Subtract', [x, y], 'Subtract', {}],
  ['Multiply', [x, y], 'Multiply', {}],
  ['Maximum', [x, y], 'Maximum', {}],
  ['Minimum', [x, y], 'Minimum', {}],
  ['Relu', [x], 'Activation', { activation: 'relu' }],
  ['HardSilu', [x], 'Activation', { activation: 'hard_silu' }],
] as const)('%s of %j is %s', (className, args, wanted, options) => {
  const entry = withoutOperation(operation(className, args));
  expect([entry.module, entry.class_name]).toEqual(['keras.layers', wanted]);
  expect(entry.config).toEqual({ name: 'own', ...options });
});

test.each([
  ['a number divided by a tensor', operation('TrueDivide', [2, x])],
  ['a division by zero', operation('TrueDivide', [x, 0])],
  ['two tensors divided', operation('TrueDivide', [x, y])],
  ['the larger of a tensor and a number', operation('Maximum', [x, 0])],
  ['an array', operation('Add', [x, { class_name: '__numpy__', config: { value: [1, 2] } }])],
  ['arguments by name', operation('Add', [x], { x2: 3 })],
  ['a merging operation of one tensor', operation('Add', [x])],
  ['an operation of masks', operation('NotEqual', [x, 0])],
  ['a layer of the same name', { ...operation('Add', [[x, y]]), module: 'keras.layers' }],
])('%s stays as it is', (_, entry) => {
  expect(withoutOperation(entry)).toBe(entry);
});

test('an operation that no layer stands for is refused by name', () => {
  const input = {
    module: 'keras.layers',
    class_name: 'InputLayer',
    config: { name: 'x', batch_shape: [null, 4] },
    inbound_nodes: [],
  };
  const dense = {
    module: 'keras.layers',
    class_name: 'Dense',
    config: { name: 'dense', units: 2 },
    inbound_nodes: [{ args: [tensor('own')], kwargs: {} }],
  };
  const layers = [input, operation('TrueDivide', [1, x]), dense].map((entry) => ({
    ...entry,
    name: entry.config.name,
  }));
  const config = { layers, input_layers: ['x', 0, 0], output_layers: ['dense', 0, 0] };
  expect(() => networkFromConfig({ class_name: 'Functional', config }, 'file')).toThrow(
    'layer "dense" reads the operation "TrueDivide", which no layer stands for',
  );
});
