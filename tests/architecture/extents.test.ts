import { describe, expect, test } from 'vitest';
import { gradients } from '../../src/graph/differentiate.ts';
import { type Graph, input, type Node, variable } from '../../src/graph/node.ts';
import { elementCount } from '../../src/ir/tensor-type.ts';
import * as ops from '../../src/ops/index.ts';
import { isolatedExtents, planKinds, planOf } from './plan-kinds.ts';

/** Makes the step of a network: parameters move against the gradient of the mean loss. */
class Step {
  readonly parameters: Node[] = [];
  readonly states: { variable: Node; value: Node }[] = [];
  readonly inverseBatch: Node = input('inverseBatch', { dtype: 'f32', shape: [], batched: false });

  parameter(...shape: number[]): Node {
    const made = variable(`p${this.parameters.length}`, shape);
    this.parameters.push(made);
    return made;
  }

  bias(x: Node): Node {
    return ops.biasAdd(x, this.parameter(x.type.shape.at(-1)!));
  }

  normalize(x: Node): Node {
    const channels = x.type.shape.at(-1)!;
    const shift = variable(`shift${this.states.length}`, [channels]);
    const { output, mean } = ops.batchNormalization(x, {
      gamma: this.parameter(channels),
      beta: this.parameter(channels),
      shift,
      inverseBatch: this.inverseBatch,
    });
    this.states.push({ variable: shift, value: mean });
    return output;
  }

  finish(x: Node, classes: number): Graph {
    const logits = this.bias(ops.dense(x, this.parameter(x.type.shape[0]!, classes)));
    const labels = input('labels', { dtype: 'i32', shape: [], batched: true });
    const loss = ops.sparseCrossEntropyFromLogits(labels, logits);
    const rate = input('rate', { dtype: 'f32', shape: [], batched: false });
    const derived = gradients(ops.multiply(loss, this.inverseBatch), this.parameters);
    return {
      outputs: { loss },
      assignments: [
        ...this.parameters.map((p) => ({
          variable: p,
          value: ops.subtract(p, ops.multiply(derived.get(p)!, rate)),
        })),
        ...this.states,
      ],
    };
  }
}

const flat = (x: Node): Node => ops.reshape(x, [elementCount(x.type.shape)]);

interface Family {
  /** Extents around which each is moved. */
  readonly extents: Readonly<Record<string, number>>;
  readonly batch: number;
  readonly make: (extents: Readonly<Record<string, number>>) => Graph;
}

const families: Readonly<Record<string, Family>> = {
  'separable, dilated, pooled': {
    extents: { height: 14, width: 18, channels: 3, first: 22, second: 37, classes: 11 },
    batch: 32,
    make: (n) => {
      const step = new Step();
      const x = input('x', { dtype: 'u8', shape: [n.height!, n.width!, n.channels!], batched: true });
      let h = ops.rescale(x, { scale: 1 / 255 });
      for (const filters of [n.first!, n.second!]) {
        const channels = h.type.shape[2]!;
        const options = { padding: 'same', dilation: 2 } as const;
        h = ops.depthwiseConvolution(h, step.parameter(3, 3, channels, 1), options);
        h = ops.relu(step.bias(ops.convolution(h, step.parameter(1, 1, channels, filters))));
      }
      h = ops.dropout(ops.maxPool(h, { poolSize: 2 }), { rate: 0.5, stream: 1 });
      return step.finish(flat(h), n.classes!);
    },
  },
  'strided, normalised, residual': {
    extents: { height: 13, width: 11, channels: 5, filters: 19, classes: 7 },
    batch: 32,
    make: (n) => {
      const step = new Step();
      const x = input('x', { dtype: 'f32', shape: [n.height!, n.width!, n.channels!], batched: true });
      const same = { padding: 'same' } as const;
      const filters = n.filters!;
      const conv = (h: Node, taps: number, strides: number): Node =>
        ops.convolution(h, step.parameter(taps, taps, h.type.shape[2]!, filters), { ...same, strides });
      const stem = ops.relu6(step.normalize(conv(x, 3, 1)));
      const inner = ops.relu6(step.normalize(conv(stem, 3, 2)));
      const joined = ops.add(step.normalize(conv(inner, 3, 1)), step.normalize(conv(stem, 1, 2)));
      return step.finish(ops.globalAveragePool(ops.relu6(joined)), n.classes!);
    },
  },
  'causal, one dimension': {
    extents: { length: 61, channels: 2, filters: 14, classes: 5, dilation: 3, taps: 5 },
    batch: 16,
    make: (n) => {
      const step = new Step();
      const x = input('x', { dtype: 'f32', shape: [n.length!, n.channels!], batched: true });
      let h = ops.convolution(x, step.parameter(1, n.channels!, n.filters!));
      for (const dilation of [1, n.dilation!]) {
        const kernel = step.parameter(n.taps!, n.filters!, n.filters!);
        const y = ops.convolution(h, kernel, { padding: 'causal', dilation });
        h = ops.add(h, ops.relu(step.bias(y)));
      }
      return step.finish(ops.globalMaxPool(h), n.classes!);
    },
  },
  dense: {
    extents: { features: 203, hidden: 45, classes: 9 },
    batch: 64,
    make: (n) => {
      const step = new Step();
      const x = input('x', { dtype: 'f32', shape: [n.features!], batched: true });
      const h = ops.tanh(step.bias(ops.dense(x, step.parameter(n.features!, n.hidden!))));
      return step.finish(h, n.classes!);
    },
  },
};

const othersOf = (extents: Family['extents'], name: string): number[] =>
  Object.entries(extents).flatMap(([other, extent]) => (other === name ? [] : [extent]));

const kindsOf =
  ({ extents, batch, make }: Family) =>
  (moved: Readonly<Record<string, number>>): string[] =>
    planKinds(planOf(make({ ...extents, ...moved }), batch));

describe.each(Object.entries(families))('the plan of a network: %s', (_, family) => {
  const kinds = kindsOf(family);

  test.each(Object.entries(family.extents))(
    'has no kind of its own at a single extent of %s (%i)',
    {
      timeout: 120_000,
    },
    (name, extent) => {
      expect(isolatedExtents(extent, 1, (n) => kinds({ [name]: n }), othersOf(family.extents, name))).toEqual(
        [],
      );
    },
  );

  test('is the same when it is made again', () => expect(kinds({})).toEqual(kinds({})));
});

/** The extents of the zoo, among those that leave the same rest of the lanes. */
describe('the plan of the separable network at the sizes of the zoo', () => {
  const zoo = { height: 28, width: 28, first: 32, second: 64, classes: 10, channels: 1 };
  const kinds = kindsOf({ ...families['separable, dilated, pooled']!, extents: zoo, batch: 128 });

  test.each(['height', 'width', 'first', 'second'] as const)(
    'has no kind of its own at its %s',
    {
      timeout: 120_000,
    },
    (name) => {
      for (const step of [4, 8])
        expect(isolatedExtents(zoo[name], step, (n) => kinds({ [name]: n }), othersOf(zoo, name))).toEqual(
          [],
        );
    },
  );
});

test('a rule for one extent is found, a threshold and a period are not', () => {
  const found = (rule: (n: number) => boolean, step = 1): number[] =>
    isolatedExtents(12, step, (n) => [rule(n) ? 'a' : 'b']).map(({ extent }) => extent);
  expect(found((n) => n === 11)).toEqual([11]);
  expect(found((n) => n === 12)).toEqual([]);
  expect(found((n) => n === 12, 4)).toEqual([12]);
  expect(found((n) => n > 11)).toEqual([]);
  expect(found((n) => n % 2 === 0)).toEqual([]);
  expect(found((n) => n % 3 === 1)).toEqual([]);
});
