import { input, type Node, variable } from '../graph/node.ts';
import { elementCount } from '../ir/tensor-type.ts';
import * as ops from './index.ts';
import type { TestRandom } from './test-random.test-support.ts';
import type { Padding } from './window.ts';

/** What the values of an operand may be. */
export type Values =
  | { readonly low: number; readonly high: number }
  | { readonly classes: number }
  | { readonly bytes: true }
  /** 1 / samples of the batch. */
  | { readonly inverseBatch: true };

export interface Operand {
  readonly node: Node;
  readonly values: Values;
}

/** An operation on sampled operands. */
export interface Sample {
  readonly operands: readonly Operand[];
  readonly output: Node;
}

export type Sampler = (random: TestRandom) => Sample;

/** Numbers for an operand of a batch of n. */
export function sampleValues(
  { node, values }: Operand,
  n: number,
  random: TestRandom,
): Float32Array | Int32Array | Uint8Array {
  const count = elementCount(node.type.shape) * (node.type.batched ? n : 1);
  if ('classes' in values)
    return Int32Array.from({ length: count }, () => random.integer(0, values.classes - 1));
  if ('inverseBatch' in values) return Float32Array.from([1 / n]);
  if ('bytes' in values) return Uint8Array.from({ length: count }, () => random.integer(0, 255));
  return random.spread(count, values.low, values.high);
}

export const signed: Values = { low: -2, high: 2 };
export const positive: Values = { low: 0.1, high: 3 };
export const probability: Values = { low: 0.02, high: 0.97 };

let named = 0;
export const batchedOperand = (shape: readonly number[], values: Values = signed): Operand => ({
  node: input(`x${named++}`, {
    dtype: 'bytes' in values ? 'u8' : 'classes' in values ? 'i32' : 'f32',
    shape,
    batched: true,
  }),
  values,
});
export const weights = (shape: readonly number[], values: Values = signed): Operand => ({
  node: variable(`w${named++}`, shape),
  values,
});

export function smallShape(random: TestRandom, lowest = 0): number[] {
  return Array.from({ length: random.integer(lowest, 3) }, () => random.integer(1, 5));
}

export const unary =
  (build: (x: Node, random: TestRandom) => Node, values: Values = signed): Sampler =>
  (random) => {
    const x =
      random.integer(0, 3) === 0
        ? weights(smallShape(random), values)
        : batchedOperand(smallShape(random), values);
    return { operands: [x], output: build(x.node, random) };
  };

export const binary =
  (build: (a: Node, b: Node) => Node, second: Values = signed): Sampler =>
  (random) => {
    const shape = smallShape(random);
    const other = shape
      .slice(random.integer(0, shape.length))
      .map((n) => (random.integer(0, 3) === 0 ? 1 : n));
    const a = batchedOperand(shape);
    const b = random.integer(0, 1) === 0 ? batchedOperand(shape, second) : weights(other, second);
    return { operands: [a, b], output: build(a.node, b.node) };
  };

/** A comparison of whole numbers as a factor of x, so that no small change of x can turn it. */
export const compared =
  (build: (a: Node, b: Node) => Node): Sampler =>
  (random) => {
    const shape = smallShape(random);
    const [a, b] = [batchedOperand(shape, { classes: 4 }), batchedOperand(shape, { classes: 4 })];
    const x = batchedOperand(shape);
    return { operands: [a, b, x], output: ops.multiply(build(a.node, b.node), x.node) };
  };

interface WindowCase {
  readonly rank: number;
  readonly spatial: number[];
  readonly taps: number[];
  readonly options: { strides: number[]; dilation: number[]; padding: Padding };
}

/** Extents, strides, dilation and padding together; the window fits. */
export function windowCase(random: TestRandom, largest: number): WindowCase {
  const rank = random.integer(1, 3);
  const most = rank === 3 ? Math.min(largest, 5) : largest;
  const spatial = Array.from({ length: rank }, () => random.integer(1, most));
  const kind = random.pick(
    rank === 1 ? ['same', 'valid', 'causal', 'explicit'] : ['same', 'valid', 'explicit'],
  );
  const taps = spatial.map(() => random.integer(1, rank === 3 ? 3 : 5));
  const dilation = spatial.map(() => random.integer(1, 3));
  const strides = spatial.map(() => random.integer(1, 3));
  const explicit = spatial.map(() => [random.integer(0, 4), random.integer(0, 4)] as const);
  spatial.forEach((extent, k) => {
    const padded = extent + explicit[k]![0] + explicit[k]![1];
    const room = kind === 'valid' ? extent : kind === 'explicit' ? padded : Number.POSITIVE_INFINITY;
    if (dilation[k]! * (taps[k]! - 1) + 1 > room) dilation[k] = 1;
    if (taps[k]! > room) taps[k] = room;
  });
  const padding = kind === 'explicit' ? explicit : (kind as Padding);
  return { rank, spatial, taps, options: { strides, dilation, padding } };
}

export const pool =
  (build: typeof ops.maxPool): Sampler =>
  (random) => {
    const { spatial, taps, options } = windowCase(random, 8);
    const poolSize = spatial.map((extent, k) => Math.min(extent, taps[k]!));
    const x = batchedOperand([...spatial, random.integer(1, 3)]);
    const strides = random.integer(0, 1) === 0 ? undefined : options.strides;
    const padding = random.pick(['same', 'valid'] as const);
    return { operands: [x], output: build(x.node, { poolSize, strides, padding }) };
  };

export const overPositions =
  (build: (x: Node) => Node): Sampler =>
  (random) => {
    const shape = Array.from({ length: random.integer(2, 4) }, () => random.integer(1, 4));
    const x = batchedOperand(shape);
    return { operands: [x], output: build(x.node) };
  };

export const reduction =
  (build: typeof ops.reduceSum): Sampler =>
  (random) => {
    const shape = smallShape(random, 1);
    const axes = shape.map((_, k) => k).filter(() => random.integer(0, 1) === 0);
    const x = batchedOperand(shape);
    return { operands: [x], output: build(x.node, random.integer(0, 2) === 0 ? {} : { axes }) };
  };

export const lastDimension =
  (build: (x: Node) => Node): Sampler =>
  (random) => {
    const x = batchedOperand(smallShape(random, 1));
    return { operands: [x], output: build(x.node) };
  };

export const twoAlike =
  (build: (targets: Node, predictions: Node) => Node, values: Values): Sampler =>
  (random) => {
    const shape = smallShape(random, 1);
    const [targets, predictions] = [
      batchedOperand(shape, { low: 0, high: 1 }),
      batchedOperand(shape, values),
    ];
    return { operands: [targets, predictions], output: build(targets.node, predictions.node) };
  };

export const sparse =
  (build: (labels: Node, predictions: Node) => Node, values: Values): Sampler =>
  (random) => {
    const outer = smallShape(random).slice(0, 2);
    const classes = random.integer(1, 7);
    const labels = batchedOperand(outer, { classes });
    const predictions = batchedOperand([...outer, classes], values);
    return { operands: [labels, predictions], output: build(labels.node, predictions.node) };
  };

export const upsampled =
  (build: typeof ops.upsample): Sampler =>
  (random) => {
    const x = batchedOperand([...smallShape(random, 1), random.integer(1, 3)]);
    const size = x.node.type.shape.slice(1).map(() => random.integer(1, 3));
    return { operands: [x], output: build(x.node, { size }) };
  };

export const affineOf = (
  random: TestRandom,
  gamma: Operand,
  beta: Operand,
): { gamma?: Node; beta?: Node } => ({
  ...(random.integer(0, 2) ? { gamma: gamma.node } : {}),
  ...(random.integer(0, 2) ? { beta: beta.node } : {}),
});

export const adaptivePool =
  (build: typeof ops.adaptiveMaxPool): Sampler =>
  (random) => {
    const x = batchedOperand([...smallShape(random, 1), random.integer(1, 3)]);
    const outputSize = x.node.type.shape.slice(0, -1).map((extent) => random.integer(1, extent));
    return { operands: [x], output: build(x.node, { outputSize }) };
  };
