import {
  finiteNumber,
  InvalidArgumentError,
  integerArray,
  integerBetween,
  ShapeError,
} from '../errors/index.ts';
import type { Node } from '../graph/node.ts';
import * as e from '../ir/build.ts';
import { square } from './activations.ts';
import { subtract } from './arithmetic.ts';
import { elementwise } from './elementwise.ts';
import { reduceMean, reduceSum } from './reduce.ts';
import { reshape } from './reshape.ts';

// Normalisations within a sample: unlike that by the batch they are the same in training and prediction.

export interface SampleNormalizationOptions {
  /** Dimensions of the shape without the batch over which is normalised, negative from the end. Default [-1]. */
  readonly axes?: readonly number[];
  /** Scale; its shape is the extents of the axes in ascending order. Default: none. */
  readonly gamma?: Node;
  /** Offset, shape as gamma. Default: none. */
  readonly beta?: Node;
  /** Added to the variance (or the mean square). Default 1e-3, and 1e-6 for rmsNormalization (Keras). */
  readonly epsilon?: number;
}

/** Dimensions in ascending order. */
function dimensions(x: Node, given?: readonly number[]): number[] {
  const axes = integerArray(given ?? [-1], 'axes');
  const rank = x.type.shape.length;
  const chosen = axes.map((axis) => {
    const k = integerBetween(axis, -rank, rank - 1, 'axes');
    return k < 0 ? k + rank : k;
  });
  if (chosen.length > 0 && new Set(chosen).size === chosen.length) return chosen.sort((a, b) => a - b);
  const expected = 'at least one dimension, none of them twice';
  throw new InvalidArgumentError({ argument: 'axes', expected, received: axes });
}

/** A parameter of the chosen dimensions in a shape that broadcasts. */
function alongDimensions(x: Node, name: string, parameter: Node, chosen: readonly number[]): Node {
  const { shape } = x.type;
  const wanted = chosen.map((k) => shape[k]!);
  const own = parameter.type.shape;
  if (own.length !== wanted.length || own.some((extent, k) => extent !== wanted[k])) {
    throw new ShapeError({ subject: name, expected: wanted, received: own });
  }
  return reshape(
    parameter,
    shape.map((extent, k) => (chosen.includes(k) ? extent : 1)),
  );
}

/** value * inverse * gamma + beta, of which gamma and beta may be absent; all broadcast. */
function scaled(name: string, value: Node, inverse: Node, gamma?: Node, beta?: Node): Node {
  const given = [gamma, beta].filter((node) => node !== undefined);
  return elementwise(name, [value, inverse, ...given], (v, i, ...rest) => {
    const factor = e.mul(v!, i!);
    const grown = gamma ? e.mul(factor, rest.shift()!) : factor;
    return beta ? e.add(grown, rest.shift()!) : grown;
  });
}

function overDimensions(
  x: Node,
  chosen: readonly number[],
  reduce: typeof reduceSum,
  value: (x: Node) => Node,
): Node {
  const kept = x.type.shape.map((extent, k) => (chosen.includes(k) ? 1 : extent));
  return reshape(reduce(value(x), { axes: chosen }), kept);
}

/** x - mean, and 1 / sqrt(variance + epsilon), the variance being the mean square of the difference. */
function standardised(name: string, x: Node, chosen: readonly number[], epsilon: number): [Node, Node] {
  const centred = subtract(
    x,
    overDimensions(x, chosen, reduceMean, (y) => y),
  );
  const variance = overDimensions(centred, chosen, reduceMean, square);
  return [centred, elementwise(`${name}Scale`, [variance], (v) => e.div(1, e.sqrt(e.add(v!, epsilon))))];
}

const positiveEpsilon = (epsilon: number): number => finiteNumber(epsilon, 'epsilon', {}, { above: 0 });

/**
 * gamma (x - mean) / sqrt(variance + epsilon) + beta with the mean and variance of the chosen dimensions. Source: Ba
 * et al. 2016, arXiv:1607.06450.
 * @throws {InvalidArgumentError} {ShapeError}
 * @example
 * ops.layerNormalization(tensor([1, 2, 3])); // [-1.224, 0, 1.224]
 */
export function layerNormalization(x: Node, options: SampleNormalizationOptions = {}): Node {
  const chosen = dimensions(x, options.axes);
  const epsilon = positiveEpsilon(options.epsilon ?? 1e-3);
  const gamma = options.gamma && alongDimensions(x, 'gamma', options.gamma, chosen);
  const beta = options.beta && alongDimensions(x, 'beta', options.beta, chosen);
  const [centred, inverse] = standardised('layerNormalization', x, chosen, epsilon);
  return scaled('layerNormalization', centred, inverse, gamma, beta);
}

/**
 * Normalises each group of neighbouring channels by its mean and variance over channels and positions; gamma and beta
 * are one for each channel. Source: Wu and He 2018, arXiv:1803.08494.
 * @param x shape [..., channels]
 * @param options.groups a divisor of the channels; as many as channels is instance normalisation
 * @throws {InvalidArgumentError} {ShapeError}
 * @example
 * ops.groupNormalization(tensor([[1, 3, 10, 30]]), { groups: 2 }); // [[-0.9995, 0.9995, -1, 1]]
 */
export function groupNormalization(
  x: Node,
  options: Omit<SampleNormalizationOptions, 'axes'> & { readonly groups: number },
): Node {
  const { shape } = x.type;
  const channels = shape.at(-1) ?? 1;
  const { groups } = options;
  if (!Number.isSafeInteger(groups) || groups < 1 || channels % groups !== 0) {
    const expected = `a divisor of ${channels} channels`;
    throw new InvalidArgumentError({ argument: 'groups', expected, received: groups });
  }
  const epsilon = positiveEpsilon(options.epsilon ?? 1e-3);
  const grouped = [...shape.slice(0, -1), groups, channels / groups];
  const parameter = (name: string, node: Node | undefined): Node | undefined => {
    if (!node) return undefined;
    if (node.type.shape.length !== 1 || node.type.shape[0] !== channels) {
      throw new ShapeError({ subject: name, expected: [channels], received: node.type.shape });
    }
    return reshape(node, grouped.slice(-2));
  };
  const [gamma, beta] = [parameter('gamma', options.gamma), parameter('beta', options.beta)];
  const rank = grouped.length;
  const chosen = [...grouped.keys()].filter((k) => k !== rank - 2);
  const [centred, inverse] = standardised('groupNormalization', reshape(x, grouped), chosen, epsilon);
  return reshape(scaled('groupNormalization', centred, inverse, gamma, beta), shape);
}

/**
 * gamma x / sqrt(mean of x^2 + epsilon) over the chosen dimensions. Source: Zhang and Sennrich 2019,
 * arXiv:1910.07467.
 * @throws {InvalidArgumentError} {ShapeError}
 * @example
 * ops.rmsNormalization(tensor([3, 4])); // [0.8485, 1.131]
 */
export function rmsNormalization(x: Node, options: Omit<SampleNormalizationOptions, 'beta'> = {}): Node {
  const chosen = dimensions(x, options.axes);
  const epsilon = positiveEpsilon(options.epsilon ?? 1e-6);
  const gamma = options.gamma && alongDimensions(x, 'gamma', options.gamma, chosen);
  const mean = overDimensions(x, chosen, reduceMean, square);
  const inverse = elementwise('rmsNormalizationScale', [mean], (m) => e.div(1, e.sqrt(e.add(m!, epsilon))));
  return scaled('rmsNormalization', x, inverse, gamma);
}

/**
 * x over its Euclidean length along the chosen dimensions; lengths below 1e-12 count as 1e-12 (Keras), so that zeros
 * stay zeros.
 * @throws {InvalidArgumentError}
 * @example
 * ops.unitNormalization(tensor([3, 4])); // [0.6, 0.8]
 */
export function unitNormalization(x: Node, options: { readonly axes?: readonly number[] } = {}): Node {
  const chosen = dimensions(x, options.axes);
  const squares = overDimensions(x, chosen, reduceSum, square);
  const inverse = elementwise('unitNormalizationScale', [squares], (s) => e.div(1, e.sqrt(e.max(s!, 1e-24))));
  return scaled('unitNormalization', x, inverse);
}
