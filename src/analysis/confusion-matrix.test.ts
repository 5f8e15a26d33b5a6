import { expect, test } from 'vitest';
import { analysis, layers, sequential, tensor } from '../index.ts';

const { confusionMatrix } = analysis;

test('rows are what is, columns what was said, as tf.math.confusion_matrix counts', () => {
  // tf.math.confusion_matrix([1, 2, 4], [2, 2, 4]) of TensorFlow's documentation.
  const found = confusionMatrix([1, 2, 4], [2, 2, 4]);
  expect([found.shape, found.dtype]).toEqual([[5, 5], 'i32']);
  expect(found.toArray()).toEqual([
    [0, 0, 0, 0, 0],
    [0, 0, 1, 0, 0],
    [0, 0, 1, 0, 0],
    [0, 0, 0, 0, 0],
    [0, 0, 0, 0, 1],
  ]);
});

test('classes, one-hot labels, probabilities and a single probability', () => {
  const truth = Uint8Array.of(0, 1, 2, 1);
  const hot = tensor([[1, 0, 0], [0, 1, 0], [0, 0, 1], [0, 1, 0]]); // biome-ignore format: a matrix
  const said = tensor([[0.5, 0.5, 0], [0.2, 0.1, 0.7], [0, 0, 1], [0.3, 0.4, 0.3]]); // biome-ignore format: a matrix
  const wanted = [[1, 0, 0], [0, 1, 1], [0, 0, 1]]; // biome-ignore format: a matrix
  for (const labels of [truth, hot, tensor(truth)])
    expect(confusionMatrix(labels, said).toArray()).toEqual(wanted);
  expect(confusionMatrix(truth, said, { sampleWeight: [1, 0.5, 2, 0] }).toArray()).toEqual(
    [[1, 0, 0], [0, 0, 0.5], [0, 0, 2]], // biome-ignore format: a matrix
  );
  expect(confusionMatrix([1, 0, 1], tensor([[0.6], [0.5], [0.4]])).toArray()).toEqual([[1, 0], [1, 1]]); // biome-ignore format: a matrix
  const pixels = confusionMatrix(tensor([[[1, 0]], [[0, 1]]]), tensor([[[1, 0]], [[1, 0]]]), { classes: 2 });
  expect(pixels.toArray()).toEqual([[1, 0], [1, 0]]); // biome-ignore format: a matrix
});

test('its diagonal is the accuracy that evaluate gives', async () => {
  const model = sequential([layers.dense({ units: 3, activation: 'softmax' })], {
    inputShape: [4],
    engine: { threads: 1 },
  });
  model.compile({ optimizer: 'sgd', loss: 'sparseCategoricalCrossentropy', metrics: ['accuracy'] });
  const x = Float32Array.from({ length: 80 }, (_, k) => Math.sin(k * k));
  const y = Int32Array.from({ length: 20 }, (_, k) => (k * k) % 3);
  const { data } = confusionMatrix(y, await model.predict(x));
  const { accuracy } = await model.evaluate(x, y);
  expect((data[0]! + data[4]! + data[8]!) / 20).toBeCloseTo(accuracy!, 6);
});

test('what cannot be counted is refused', () => {
  expect(() => confusionMatrix([0, 1], [0])).toThrow(
    'predictions in analysis.confusionMatrix. Expected as many as labels, 2',
  );
  expect(() => confusionMatrix([0, 0.5], [0, 1])).toThrow('the label at index 1 is 0.5');
  expect(() => confusionMatrix([0, 3], [0, 1], { classes: 3 })).toThrow('an integer from 0 to 2');
  expect(() => confusionMatrix([0], tensor([[0.1, 0.9]]), { classes: 3 })).toThrow(
    'Expected 2, as the shape says',
  );
  expect(() => confusionMatrix(tensor([[1, 0, 0]]), tensor([[0.1, 0.9]]))).toThrow('3 classes');
  expect(() => confusionMatrix([0], [0], { sampleWeight: [-1] })).toThrow('the weight at index 0 is -1');
  expect(() => confusionMatrix('0' as never, [0])).toThrow('an array of numbers or a tensor');
  expect(() => confusionMatrix([0], [0], { weights: [1] } as never)).toThrow('Unknown option "weights"');
});
