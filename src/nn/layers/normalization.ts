import { InvalidArgumentError, ShapeError } from '../../errors/index.ts';
import * as e from '../../ir/build.ts';
import { elementwise } from '../../ops/elementwise.ts';
import * as ops from '../../ops/index.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { ones, zeros } from '../initializers/constants.ts';
import type { Initializer } from '../initializers/initializer.ts';
import { boolean, nullable, optional, type Rule, type Rules, refusal } from '../options.ts';
import { Layer, type LayerKind, type LayerOptions, registerKind, type Shape } from './layer.ts';

/** Axes that keep their own mean and variance, counted with the batch as axis 0; null or none: all share one. */
export type NormalizationAxes = number | readonly number[] | null;

export interface NormalizationLayerOptions extends LayerOptions {
  /** Default -1. */
  readonly axis?: NormalizationAxes;
  /** Means, instead of those of `adapt`, with `variance`: a number or one for every element of the axis. Default null. */
  readonly mean?: number | readonly number[] | null;
  /** Variances likewise. Default null. */
  readonly variance?: number | readonly number[] | null;
  /** Undoes a normalisation. Default false. */
  readonly invert?: boolean;
}

const axisRule: Rule<NormalizationAxes> = {
  read: (value, argument, place) => {
    if (value === null) return [];
    const list: unknown[] = Array.isArray(value) ? value : [value];
    const good =
      list.every((axis) => Number.isSafeInteger(axis) && axis !== 0) && new Set(list).size === list.length;
    if (good) return list as number[];
    throw refusal(
      argument,
      'an axis other than 0, which is the batch, different ones, or null',
      value,
      place,
    );
  },
  write: (value) => value,
};

const values = (least: number): Rule<readonly number[]> => ({
  read: (value, argument, place) => {
    const list = [value].flat(8) as unknown[];
    if (list.length > 0 && list.every((n) => Number.isFinite(n) && (n as number) >= least))
      return list as number[];
    const bound = Number.isFinite(least) ? ` of at least ${least}` : '';
    throw refusal(argument, `a number${bound} or an array of such numbers`, value, place);
  },
  write: (value) => (value.length === 1 ? value[0] : value),
});

interface Options {
  readonly axis: readonly number[];
  readonly mean: readonly number[] | null;
  readonly variance: readonly number[] | null;
  readonly invert: boolean;
}

/** Dimensions of a sample that keep their own statistics, ascending. */
function keptOf({ axis }: Options, shape: Shape): number[] {
  return axis
    .map((given) => {
      const own = given < 0 ? given + shape.length : given - 1;
      if (own >= 0 && own < shape.length) return own;
      const expected = `a shape with an axis ${given} that is not the batch`;
      throw new ShapeError({ subject: 'the input', expected, received: [null, ...shape] });
    })
    .sort((a, b) => a - b);
}

const listed = (list: readonly number[]): Initializer => ({
  className: 'Constant',
  config: { value: list },
  values: (shape) => {
    const count = shape.reduce((product, n) => product * n, 1);
    return Float32Array.from({ length: count }, (_, k) => list[list.length === 1 ? 0 : k]!);
  },
});

const EPSILON = 1e-7;

const kind: LayerKind<Rules> = {
  className: 'Normalization',
  keras: { masking: 'passes' },
  options: {
    axis: optional<NormalizationAxes>(axisRule, [-1]),
    mean: nullable(values(Number.NEGATIVE_INFINITY)),
    variance: nullable(values(0)),
    invert: optional(boolean, false),
  },
  check: ({ mean, variance }) => {
    if ((mean === null) === (variance === null)) return;
    throw refusal(mean === null ? 'mean' : 'variance', 'mean and variance together', null, {});
  },
  weights: (o, [input]) => {
    const options = o as unknown as Options;
    const shape = keptOf(options, input!).map((k) => input![k]!);
    const state = { shape, trainable: false };
    const count = shape.reduce((product, n) => product * n, 1);
    for (const name of ['mean', 'variance'] as const) {
      const given = options[name];
      if (!given || given.length === 1 || given.length === count) continue;
      throw refusal(name, `a number, or ${count} of them`, given, {});
    }
    return [
      {
        ...state,
        name: 'mean',
        initializer: options.mean ? listed(options.mean) : zeros(),
        internal: !!options.mean,
      },
      {
        ...state,
        name: 'variance',
        initializer: options.variance ? listed(options.variance) : ones(),
        internal: !!options.mean,
      },
      ...(options.mean ? [] : [{ name: 'count', shape: [], initializer: zeros(), trainable: false }]),
    ];
  },
  call: (o, [x], scope) => {
    const options = o as unknown as Options;
    const { shape } = x!.type;
    const kept = keptOf(options, shape);
    const spread = shape.map((n, k) => (kept.includes(k) ? n : 1));
    const [mean, variance] = ['mean', 'variance'].map((name) => ops.reshape(scope.weight(name), spread));
    return elementwise('normalize', [x!, mean!, variance!], (value, m, v) => {
      const deviation = e.max(e.sqrt(v!), EPSILON);
      return options.invert ? e.add(m!, e.mul(value!, deviation)) : e.div(e.sub(value!, m!), deviation);
    });
  },
};

/** A layer that normalises by statistics of data, which `adapt` takes. @internal */
export class NormalizationLayer extends Layer {
  /**
   * Takes mean and variance from data: a tensor with the samples first, or several. Call it before the layer becomes
   * part of a model.
   * @throws {InvalidArgumentError} {ShapeError}
   */
  adapt(data: Tensor | Iterable<Tensor>): this {
    const place = { layer: this.name, argument: 'data' };
    const options = this.options as unknown as Options;
    const refuse = (expected: string): never => {
      throw new InvalidArgumentError({ ...place, expected, received: data });
    };
    if (this.built) refuse('a call before the layer becomes part of a model');
    if (options.mean) refuse('a layer without given mean and variance');
    const batches = Symbol.iterator in data ? [...data] : [data];
    if (batches.length === 0 || !batches.every((own) => own?.shape?.length > 0 && own.size > 0)) {
      refuse('a tensor with samples, or several');
    }
    const shape = batches[0]!.shape.slice(1);
    const { mean, variance } = statistics(batches, shape, keptOf(options, shape));
    this.build([shape]);
    this.presetWeights({ mean: listed(mean), variance: listed(variance) });
    return this;
  }
}

/** Mean and variance of every element of the kept dimensions over all others, in float64. */
function statistics(
  batches: readonly Tensor[],
  shape: Shape,
  kept: readonly number[],
): { readonly mean: number[]; readonly variance: number[] } {
  const slots = kept.reduce((product, k) => product * shape[k]!, 1);
  const strides = shape.map((_, k) => shape.slice(k + 1).reduce((product, n) => product * n, 1));
  const slotOf = (element: number): number =>
    kept.reduce((slot, k) => slot * shape[k]! + (Math.floor(element / strides[k]!) % shape[k]!), 0);
  const size = shape.reduce((product, n) => product * n, 1);
  const slot = Array.from({ length: size }, (_, element) => slotOf(element));
  const each = (add: (at: number, value: number) => void): void => {
    for (const { data, shape: own } of batches) {
      if (own.slice(1).join() !== shape.join()) {
        throw new ShapeError({ subject: 'data', expected: [null, ...shape], received: own });
      }
      for (let k = 0; k < data.length; k++) add(slot[k % size]!, data[k]!);
    }
  };
  const [counts, mean, variance] = [0, 0, 0].map((zero) => new Array<number>(slots).fill(zero)) as [
    number[],
    number[],
    number[],
  ];
  each((at, value) => {
    counts[at]!++;
    mean[at]! += value;
  });
  for (let k = 0; k < slots; k++) mean[k]! /= counts[k]!;
  each((at, value) => {
    variance[at]! += (value - mean[at]!) ** 2;
  });
  return { mean, variance: variance.map((sum, k) => sum / counts[k]!) };
}

/**
 * (x - mean) / sqrt(variance), with the statistics of data that `adapt` was given, or with given ones; they are not
 * trained.
 */
export const normalization: (options?: NormalizationLayerOptions) => NormalizationLayer = registerKind(
  kind,
  (options: NormalizationLayerOptions = {}) => new NormalizationLayer(kind, options),
);
