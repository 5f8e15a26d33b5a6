import { finiteNumber, ShapeError, showShape } from '../errors/index.ts';
import { computeNode, type Node } from '../graph/node.ts';
import * as e from '../ir/build.ts';
import { type Axis, compute } from '../ir/definition.ts';
import { elementCount } from '../ir/tensor-type.ts';
import { elementwise } from './elementwise.ts';

export interface NormalizationOptions {
  /** Scale a channel, shape [channels]. Default: none. */
  readonly gamma?: Node;
  /** Offset a channel, shape [channels]. Default: none. */
  readonly beta?: Node;
  /** Added to the variance. Default 1e-3 (Keras). */
  readonly epsilon?: number;
}

export interface BatchStatistics {
  /** The normalised value, shape of x. */
  readonly output: Node;
  /** Mean a channel over batch and positions, shape [channels]. Also the shift for the next step. */
  readonly mean: Node;
  /** Variance a channel (divided by the count, not by one less), shape [channels]. */
  readonly variance: Node;
}

function channelsOf(x: Node, parts: Readonly<Record<string, Node | undefined>>): number {
  const channels = x.type.shape.at(-1);
  if (channels === undefined) {
    throw new ShapeError({
      subject: 'the input',
      expected: 'at least one dimension',
      received: x.type.shape,
    });
  }
  for (const [name, node] of Object.entries(parts)) {
    if (node && (node.type.shape.length !== 1 || node.type.shape[0] !== channels)) {
      throw new ShapeError({ subject: name, expected: [channels], received: node.type.shape });
    }
  }
  return channels;
}

/** y = x * a + b with a = gamma / sqrt(variance + epsilon), b = beta - mean * a. */
function normalised(x: Node, mean: Node, variance: Node, options: NormalizationOptions): Node {
  const epsilon = finiteNumber(options.epsilon ?? 1e-3, 'epsilon', {}, { above: 0 });
  const { gamma, beta } = options;
  const scale = gamma
    ? elementwise('normalizationScale', [gamma, variance], (g, v) => e.div(g!, e.sqrt(e.add(v!, epsilon))))
    : elementwise('normalizationScale', [variance], (v) => e.div(1, e.sqrt(e.add(v!, epsilon))));
  const offset = beta
    ? elementwise('normalizationOffset', [beta, mean, scale], (b, m, a) => e.sub(b!, e.mul(m!, a!)))
    : elementwise('normalizationOffset', [mean, scale], (m, a) => e.neg(e.mul(m!, a!)));
  return elementwise('normalization', [x, scale, offset], (z, a, b) => e.add(e.mul(z!, a!), b!));
}

/**
 * Normalises every channel by its mean and variance over the batch and all positions. The sums are taken of
 * x - shift, where the shift is a constant near the mean (the mean of the step before), so that the difference
 * of squares does not cancel. All shards share the shift, so that plain sums over the shards are enough and
 * Chan's merging formula is not needed. Gradients reach x through the statistics too. Where a mask leaves nothing, mean
 * and variance are 0.
 * @param x batched, shape [..., channels]
 * @param options.shift shape [channels]
 * @param options.inverseBatch 1 / samples of the batch, shape []
 * @param options.mask 1 where a position counts in the statistics, else 0: shape [...]. Default: all count
 * @example
 * const x = samples(tensor([[1, 10], [3, 30]]));
 * const shift = tensor([0, 0]);
 * ops.batchNormalization(x, { shift, inverseBatch: tensor(1 / 2) }).output; // [[-0.9995, -1], [0.9995, 1]]
 */
export function batchNormalization(
  x: Node,
  options: NormalizationOptions & {
    readonly shift: Node;
    readonly inverseBatch: Node;
    readonly mask?: Node | undefined;
  },
): BatchStatistics {
  const { shift, inverseBatch, mask } = options;
  const channels = channelsOf(x, { gamma: options.gamma, beta: options.beta, shift });
  const positions = x.type.shape.slice(0, -1).map((extent, k) => ({ name: `u${k}`, extent }));
  const names = positions.map((axis) => axis.name);
  const outer = x.type.shape.slice(0, -1);
  if (mask && showShape(mask.type.shape) !== showShape(outer)) {
    throw new ShapeError({ subject: 'mask', expected: outer, received: mask.type.shape });
  }
  const constantShift = elementwise('normalizationShift', [shift], (k) => k!, { stopGradient: true });
  const batchSum = (
    name: string,
    term: (difference: ReturnType<typeof e.sub>) => ReturnType<typeof e.sub>,
  ): Node =>
    computeNode(
      name,
      [channels],
      compute(
        'reduce',
        [channels],
        ([c]) => {
          const value = term(e.sub(e.load(x, [...names, c!]), e.load(constantShift, [c!])));
          return e.sum(names, mask ? e.mul(e.load(mask, names), value) : value);
        },
        positions,
      ),
      [x, constantShift, ...(mask ? [mask] : [])],
    );
  const s1 = batchSum('normalizationSum', (d) => d);
  const s2 = batchSum('normalizationSquares', (d) => e.mul(d, d));
  const perElement = mask
    ? inverseOfCounted(mask, positions)
    : elementwise('normalizationInverse', [inverseBatch], (n) => e.mul(n!, 1 / elementCount(outer)));
  const difference = elementwise('normalizationDifference', [s1, perElement], (s, n) => e.mul(s!, n!));
  const mean = mask
    ? elementwise('normalizationMean', [constantShift, difference, perElement], (k, d, n) =>
        e.select(e.gt(n!, 0), e.add(k!, d!), 0),
      )
    : elementwise('normalizationMean', [constantShift, difference], (k, d) => e.add(k!, d!));
  const variance = elementwise('normalizationVariance', [s2, perElement, difference], (s, n, d) =>
    e.max(e.sub(e.mul(s!, n!), e.mul(d!, d!)), 0),
  );
  return { output: normalised(x, mean, variance, options), mean, variance };
}

/** 1 / the positions of the batch that count, or 0 where none does: shape []. */
function inverseOfCounted(mask: Node, positions: readonly Axis[]): Node {
  const names = positions.map((axis) => axis.name);
  const load = e.load(mask, names);
  const definition = compute('reduce', [], () => (names.length > 0 ? e.sum(names, load) : load), positions);
  const count = computeNode('normalizationCount', [], definition, [mask], { stopGradient: true });
  return elementwise('normalizationInverse', [count], (n) => e.select(e.gt(n!, 0), e.div(1, n!), 0));
}

/**
 * Normalises every channel by given statistics, as a network does after training.
 * @param x shape [..., channels]
 * @param options.mean shape [channels]
 * @param options.variance shape [channels]
 * @example
 * const [mean, variance] = [tensor([2, 20]), tensor([1, 100])];
 * ops.normalizeWith(tensor([[1, 10], [3, 30]]), { mean, variance }); // [[-0.9995, -1], [0.9995, 1]]
 */
export function normalizeWith(
  x: Node,
  options: NormalizationOptions & { readonly mean: Node; readonly variance: Node },
): Node {
  const { mean, variance } = options;
  channelsOf(x, { gamma: options.gamma, beta: options.beta, mean, variance });
  return normalised(x, mean, variance, options);
}
