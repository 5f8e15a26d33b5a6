import { describe, expect, test } from 'vitest';
import { samples } from './eager.ts';
import { grad, valueAndGrad } from './gradients.ts';
import { ops } from './ops.ts';
import { tensor } from './tensor.ts';

const list = (x: { data: ArrayLike<number> }): number[] => Array.from(x.data);

describe('operations on tensors', () => {
  test('compute at once', () => {
    const x = tensor([-1, 2, 3], [3]);
    expect(list(ops.relu(x))).toEqual([0, 2, 3]);
    expect(list(ops.add(x, tensor(1, [])))).toEqual([0, 3, 4]);
    const sum = ops.reduceSum(ops.square(x));
    expect([sum.shape, list(sum)]).toEqual([[], [14]]);
    expect(ops.concatenate([x, x]).shape).toEqual([6]);
  });

  test('take a plain number for one of two operands', () => {
    const x = tensor([1, 2], [2]);
    expect([list(ops.subtract(x, 3)), list(ops.divide(2, x))]).toEqual([
      [-2, -1],
      [2, 1],
    ]);
    const slope = grad((a) => ops.reduceSum(ops.multiply(ops.multiply(a, a), 0.5)));
    expect(list(slope(x))).toEqual([1, 2]);
  });

  test('give as many tensors as they give nodes', () => {
    const x = samples(tensor([1, 10, 3, 30], [2, 2]));
    const { mean, variance } = ops.batchNormalization(x, {
      shift: tensor([0, 0]),
      inverseBatch: tensor(0.5),
    });
    expect([list(mean), list(variance)]).toEqual([
      [2, 20],
      [1, 100],
    ]);
  });

  test('work on each sample by itself', () => {
    const images = tensor(
      Array.from({ length: 2 * 4 * 4 }, (_, k) => k),
      [2, 4, 4, 1],
    );
    const kernel = tensor([1, 1, 1, 1], [2, 2, 1, 1]);
    const y = ops.convolution(samples(images), kernel, { strides: 2 });
    expect(y.shape).toEqual([2, 2, 2, 1]);
    expect(list(y)).toEqual([10, 18, 42, 50, 74, 82, 106, 114]);
    expect(list(ops.sumOverBatch(samples(tensor([1, 2, 3, 4], [2, 2]))))).toEqual([4, 6]);
  });

  test('refuse what does not fit', () => {
    expect(() => ops.add(tensor([1, 2], [2]), tensor([1, 2, 3], [3]))).toThrow(
      'Wrong shape for an operand of add',
    );
    expect(() => ops.relu([1, 2] as never)).toThrow('Invalid value for x in ops.relu');
    expect(() => ops.add(1, 2)).toThrow('Invalid value for a in ops.add');
    expect(() => ops.add(tensor([1]), [2] as never)).toThrow('Invalid value for b in ops.add');
    expect(() => samples(tensor(1, []))).toThrow('at least one sample');
    expect(() => samples([1] as never)).toThrow('Invalid value for x in samples');
    const two = samples(tensor([1, 2], [2, 1]));
    expect(() => ops.add(two, samples(tensor([1, 2, 3], [3, 1])))).toThrow('Expected 2 samples');
  });
});

describe('gradients', () => {
  test('of a function of tensors', () => {
    const [x, w] = [tensor([1, 2], [2]), tensor([3, -1], [2])];
    const { value, gradients } = valueAndGrad((a, b) => ops.reduceSum(ops.multiply(ops.square(a), b)))(x, w);
    expect(list(value)).toEqual([-1]);
    expect(gradients.map(list)).toEqual([
      [6, -4],
      [1, 4],
    ]);
  });

  test('of samples', () => {
    const x = samples(tensor([1, 2, 3, 4], [2, 2]));
    const w = tensor([1, 1], [2, 1]);
    const { value, gradients } = valueAndGrad((a, b) => ops.reduceSum(ops.square(ops.dense(a, b))))(x, w);
    expect(list(value)).toEqual([9, 49]);
    expect(gradients.map((g) => g.shape)).toEqual([
      [2, 2],
      [2, 1],
    ]);
    expect(gradients.map(list)).toEqual([
      [6, 6, 14, 14],
      [2 * (3 * 1 + 7 * 3), 2 * (3 * 2 + 7 * 4)],
    ]);
  });

  test('stop where they are told to, and nest', () => {
    const x = tensor([3], [1]);
    const cube = (a: Parameters<Parameters<typeof grad>[0]>[0]) =>
      ops.reduceSum(ops.multiply(ops.square(a), a));
    expect(list(grad(cube)(x))).toEqual([27]);
    expect(list(grad((a) => ops.reduceSum(grad(cube)(a)))(x))).toEqual([18]);
    expect(list(grad((a) => ops.reduceSum(ops.multiply(ops.stopGradient(a), a)))(x))).toEqual([3]);
  });

  test('refuse a tensor from outside beside their nodes, and take nodes that depend on nothing', () => {
    const [x, y] = [tensor([1, 2], [2]), tensor([3, 4], [2])];
    const mixed = grad((a) => ops.reduceSum(ops.multiply(a, y as never)));
    expect(() => mixed(x)).toThrow('in ops.multiply. Expected tensors alone or nodes alone');
    const apart = valueAndGrad((a, b) => ops.reduceSum(ops.multiply(a, b)));
    expect(list(apart(x, y).gradients[0]!)).toEqual([3, 4]);
  });

  test('refuse functions that give no number', () => {
    expect(() => grad((a) => a)(tensor([1, 2], [2]))).toThrow('what the function of grad gives');
    expect(() => grad(3 as never)).toThrow('Expected a function of nodes');
    expect(() => grad(() => 3 as never)(tensor([1], [1]))).toThrow('a function that gives a node');
  });
});
