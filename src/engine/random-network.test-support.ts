import { gradients } from '../graph/differentiate.ts';
import { type Graph, input, type Node, variable } from '../graph/node.ts';
import { elementCount } from '../ir/tensor-type.ts';
import * as ops from '../ops/index.ts';

/** Small random networks: chains and residual graphs of every operation, ranks 1 to 3. */
export interface RandomNetwork {
  readonly description: readonly string[];
  readonly input: Node;
  readonly labels: Node;
  readonly parameters: readonly Node[];
  readonly states: readonly Node[];
  /** Loss a sample and predictions. */
  readonly forward: Graph;
  /** Also assigns p - rate * gradient to every parameter. */
  readonly training: Graph;
  /** Gradients as outputs. */
  readonly gradients: Graph;
  readonly batchSize: number;
  /** Values of inputs and variables. */
  readonly feed: () => Record<string, Float32Array | Int32Array>;
  readonly initial: ReadonlyMap<Node, Float32Array>;
}

/** mulberry32: only chooses test cases. */
export function generator(seed: number): {
  integer: (low: number, high: number) => number;
  real: () => number;
  pick: <T>(of: readonly T[]) => T;
} {
  let state = seed | 0;
  const real = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
  const integer = (low: number, high: number): number => low + Math.floor(real() * (high - low + 1));
  return { integer, real, pick: (of) => of[integer(0, of.length - 1)]! };
}

const LAYER_LIMIT = 200_000;
const BATCH_LIMIT = 300_000;

/** Multiply-adds a sample of a node that sums. */
const multiplyAdds = (node: Node): number =>
  (node.definition?.pieces ?? []).reduce(
    (sum, piece) => sum + piece.axes.reduce((p, a) => p * a.extent, 1),
    0,
  );

export function randomNetwork(seed: number): RandomNetwork {
  const r = generator(seed);
  const rank = r.pick([1, 2, 2, 2, 3]);
  const largest = rank === 1 ? 40 : rank === 2 ? 20 : 8;
  const parameters: Node[] = [];
  const states: Node[] = [];
  const description: string[] = [];
  const inverseBatch = input('inverseBatch', { dtype: 'f32', shape: [], batched: false });
  const rate = input('rate', { dtype: 'f32', shape: [], batched: false });
  const inputChannels = r.pick([1, 1, 3, r.integer(1, 33)]);
  const dtype = r.pick(['f32', 'f32', 'u8'] as const);
  const inputShape = [...Array.from({ length: rank }, () => r.integer(1, largest)), inputChannels];
  const x = input('x', { dtype, shape: inputShape, batched: true });
  const parameter = (shape: readonly number[]): Node => {
    const made = variable(`p${parameters.length}`, shape);
    parameters.push(made);
    return made;
  };
  const stateUpdates: { variable: Node; value: Node }[] = [];
  let total = 0;
  const accept = (make: () => Node): Node | undefined => {
    const before = parameters.length;
    try {
      const node = make();
      const work = multiplyAdds(node);
      if (work <= LAYER_LIMIT && total + work <= BATCH_LIMIT && elementCount(node.type.shape) <= 20_000) {
        total += work;
        return node;
      }
    } catch (error) {
      if (!(error as { code?: string }).code) throw error;
    }
    parameters.length = before;
    return undefined;
  };
  const dims = (from: () => number): number[] => Array.from({ length: rank }, from);
  const padding = (): 'same' | 'valid' | 'causal' | [number, number][] =>
    r.pick([
      'same',
      'same',
      'valid',
      ...(rank === 1 ? (['causal'] as const) : []),
      dims(() => 0).map(() => [r.integer(0, 3), r.integer(0, 3)] as [number, number]),
    ]);
  const window = () => ({
    strides: dims(() => r.pick([1, 1, 1, 2, 3])),
    dilation: dims(() => r.pick([1, 1, 2, 3, r.integer(1, 8)])),
    padding: padding(),
  });
  const spatial = (h: Node): boolean => h.type.shape.length === rank + 1;
  const channels = (h: Node): number => h.type.shape.at(-1)!;
  type Maker = (h: Node) => Node;
  const makers: Record<string, Maker> = {
    convolution: (h) => {
      const groups = r.pick([1, 1, 1, ...[2, 3, 4].filter((g) => channels(h) % g === 0)]);
      const filters = groups * r.integer(1, Math.max(1, Math.floor(33 / groups)));
      const kernel = dims(() => r.pick([1, 2, 3, 3, r.integer(1, 7)]));
      return ops.convolution(h, parameter([...kernel, channels(h) / groups, filters]), {
        ...window(),
        groups,
      });
    },
    pointwise: (h) => ops.convolution(h, parameter([...dims(() => 1), channels(h), r.integer(1, 33)])),
    depthwise: (h) =>
      ops.depthwiseConvolution(
        h,
        parameter([...dims(() => r.pick([1, 3, 3, r.integer(1, 7)])), channels(h), r.pick([1, 1, 1, 2, 3])]),
        window(),
      ),
    bias: (h) => ops.biasAdd(h, parameter([channels(h)])),
    activation: (h) => {
      const name = r.pick(['relu', 'relu', 'relu6', 'sigmoid', 'tanh', 'gelu', 'silu', 'hardSwish'] as const);
      return (ops as unknown as Record<string, Maker>)[name]!(h);
    },
    maxPool: (h) =>
      ops.maxPool(h, {
        poolSize: dims(() => r.integer(1, 3)),
        strides: dims(() => r.integer(1, 3)),
        padding: r.pick(['same', 'valid']),
      }),
    windowed: (h) => ops.maxPool(h, { poolSize: 2 }),
    averagePool: (h) =>
      ops.averagePool(h, {
        poolSize: dims(() => r.integer(1, 3)),
        strides: dims(() => r.integer(1, 3)),
        padding: r.pick(['same', 'valid']),
      }),
    batchNormalization: (h) => {
      const shift = variable(`s${states.length}`, [channels(h)]);
      const { output, mean } = ops.batchNormalization(h, {
        gamma: parameter([channels(h)]),
        beta: parameter([channels(h)]),
        shift,
        inverseBatch,
      });
      states.push(shift);
      stateUpdates.push({ variable: shift, value: mean });
      return output;
    },
    residual: (h) => {
      const y = ops.convolution(h, parameter([...dims(() => r.pick([1, 3])), channels(h), channels(h)]), {
        padding: 'same',
        dilation: r.integer(1, 3),
      });
      total += multiplyAdds(y);
      return ops.add(r.pick([y, ops.relu(y)]), h);
    },
    multiply: (h) => ops.multiply(h, ops.sigmoid(ops.biasAdd(h, parameter([channels(h)])))),
    concatenate: (h) => ops.concatenate([h, ops.relu(ops.biasAdd(h, parameter([channels(h)])))]),
    pad: (h) =>
      ops.pad(h, {
        padding: [...dims(() => 0).map(() => [r.integer(0, 2), r.integer(0, 2)] as const), [0, 0] as const],
      }),
    dropout: (h) => ops.dropout(h, { rate: r.pick([0.25, 0.5]), stream: r.integer(0, 9) }),
    reshape: (h) => ops.reshape(h, [...h.type.shape.slice(0, -2), 1, h.type.shape.at(-2)! * channels(h)]),
  };
  let h: Node = dtype === 'u8' || r.real() < 0.3 ? ops.rescale(x, { scale: 1 / 255, offset: -0.25 }) : x;
  const layers = r.integer(1, 6);
  const names = Object.keys(makers);
  for (let k = 0; k < layers; k++) {
    for (let attempt = 0; attempt < 12; attempt++) {
      const name = r.pick([...names, 'convolution', 'depthwise', 'pointwise', 'bias', 'activation']);
      const marks = [states.length, stateUpdates.length];
      const next = spatial(h) ? accept(() => makers[name]!(h)) : undefined;
      if (!next) {
        states.length = marks[0]!;
        stateUpdates.length = marks[1]!;
        continue;
      }
      h = next;
      description.push(`${name} -> ${h.type.shape}`);
      break;
    }
  }
  const head = r.pick(['flatten', 'flatten', 'average', 'max']);
  h =
    head === 'average'
      ? ops.globalAveragePool(h)
      : head === 'max'
        ? ops.globalMaxPool(h)
        : ops.reshape(h, [elementCount(h.type.shape)]);
  const classes = r.integer(2, 12);
  if (r.real() < 0.4) {
    h = ops.relu(
      ops.biasAdd(
        ops.dense(h, parameter([channels(h), r.integer(1, 33)])),
        parameter([parameters.at(-1)!.type.shape[1]!]),
      ),
    );
    description.push(`dense -> ${h.type.shape}`);
  }
  h = ops.biasAdd(ops.dense(h, parameter([channels(h), classes])), parameter([classes]));
  description.push(`${head}, dense -> ${classes}`);
  const labels = input('labels', { dtype: 'i32', shape: [], batched: true });
  const loss = ops.sparseCrossEntropyFromLogits(labels, h);
  const objective = ops.multiply(loss, inverseBatch);
  const derived = gradients(objective, parameters);
  const reached = parameters.filter((p) => derived.has(p));
  const batchSize = r.integer(1, 9);
  const assignments = [
    ...reached.map((p) => ({ variable: p, value: ops.subtract(p, ops.multiply(derived.get(p)!, rate)) })),
    ...stateUpdates,
  ];
  const feed = (): Record<string, Float32Array | Int32Array> => {
    const count = batchSize * elementCount(inputShape);
    const values = Float32Array.from({ length: count }, () =>
      dtype === 'u8' ? r.integer(0, 255) : 2 * r.real() - 1,
    );
    return {
      x: values,
      labels: Int32Array.from({ length: batchSize }, () => r.integer(0, classes - 1)),
      inverseBatch: Float32Array.of(1 / batchSize),
      rate: Float32Array.of(0.05),
    };
  };
  const initial = new Map<Node, Float32Array>();
  for (const p of parameters) {
    const scale = p.type.shape.length > 1 ? Math.sqrt(3 / elementCount(p.type.shape.slice(0, -1))) : 0.3;
    initial.set(
      p,
      Float32Array.from(
        { length: elementCount(p.type.shape) },
        () => (2 * r.real() - 1) * scale + (p.type.shape.length > 1 ? 0 : 0.5),
      ),
    );
  }
  for (const s of states) initial.set(s, new Float32Array(elementCount(s.type.shape)));
  return {
    description: [`x ${dtype} ${inputShape}`, ...description],
    input: x,
    labels,
    parameters: reached,
    states,
    forward: { outputs: { loss, logits: h }, assignments: [] },
    training: { outputs: { loss }, assignments },
    gradients: {
      outputs: Object.fromEntries([['loss', loss], ...reached.map((p) => [p.name, derived.get(p)!])]),
      assignments: [],
    },
    batchSize,
    feed,
    initial,
  };
}
