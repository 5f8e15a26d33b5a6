import { gradients } from '../../src/graph/differentiate.ts';
import { type Graph, input, type Node, topologicalOrder, variable } from '../../src/graph/node.ts';
import { elementCount } from '../../src/ir/tensor-type.ts';
import { reductionsOf } from '../../src/ir/walk.ts';
import type { Weight } from '../../src/nn/layers/layer.ts';
import { adam, type Optimizer, sgd } from '../../src/nn/optimizers/index.ts';
import * as ops from '../../src/ops/index.ts';
import { OptimizerState } from '../../src/training/optimizer-state.ts';
import { newerLayers } from './newer-layers.ts';
import {
  denseLayer,
  enlarge,
  joiners,
  type Layer,
  type LayerScope,
  layerMakers,
  type Mode,
} from './random-layers.ts';
import { type Fill, randomObjective } from './random-losses.ts';
import { RandomSource } from './random-source.ts';

/** Bounds of a network: multiply-adds over a batch, of a layer and of the forward pass, and samples. */
export interface Limits {
  readonly layer: number;
  readonly network: number;
  readonly batchSizes: readonly number[];
  /** Share of networks that end in a matrix of 128 KiB or more, and their batches. Default: none. */
  readonly large?: { readonly share: number; readonly batchSizes: readonly number[] };
}

export const smallNetworks: Limits = {
  layer: 200_000,
  network: 300_000,
  batchSizes: [1, 2, 3, 4, 5, 6, 7, 8, 9],
};

/** A random network as graphs over the same variables. */
export interface RandomNetwork {
  readonly seed: number;
  readonly description: string;
  readonly batchSize: number;
  /** Predictions without dropout, by moving statistics. */
  readonly inference: Graph;
  /** Loss, predictions, and the gradients of the mean loss by every parameter and float input. */
  readonly gradients: Graph;
  /** A step of an optimiser. */
  readonly training: Graph;
  readonly optimizer: Optimizer;
  readonly parameters: readonly Node[];
  /** Float inputs. */
  readonly inputs: readonly Node[];
  readonly initial: ReadonlyMap<Node, Float32Array>;
  /** Values of every input for one step. */
  readonly feed: (step: number, samples: number) => Record<string, Float32Array | Int32Array | Uint8Array>;
}

interface Step {
  readonly from: readonly number[];
  readonly layer: Layer;
}

const rate = 0.02;
const largestTensor = 20_000;

/** Products that a node sums for one sample. */
const multiplyAdds = (node: Node): number =>
  (node.definition?.pieces ?? []).reduce((total, { axes, value }) => {
    if (reductionsOf(value).length === 0) return total;
    return total + axes.reduce((product, axis) => product * axis.extent, 1);
  }, 0);

/** Multiply-adds for one sample of what `node` needs beyond `known`. */
function workBeyond(node: Node, known: readonly Node[]): number {
  const before = new Set(topologicalOrder(known));
  return topologicalOrder([node]).reduce((sum, n) => (before.has(n) ? sum : sum + multiplyAdds(n)), 0);
}

/** Networks of lower seeds have no newer layers, so that those of known seeds stay as they were. */
const firstWithAll = 1_000_000;

class Builder {
  readonly seed: number;
  readonly random: RandomSource;
  readonly initial = new Map<Node, Float32Array>();
  readonly parameters: Node[] = [];
  readonly lines: string[] = [];
  readonly inputs: Node[] = [];
  readonly fills = new Map<Node, Fill>();
  /** Tensors of the network called once, to know their shapes: inputs first, then one a step. */
  readonly probes: Node[] = [];
  readonly steps: Step[] = [];
  readonly batchSize: number;
  readonly large: boolean;
  readonly scope: LayerScope;
  readonly limits: Limits;
  readonly #probing: Mode;
  #work = 0;

  constructor(seed: number, limits: Limits) {
    const random = new RandomSource(seed);
    this.seed = seed;
    this.random = random;
    this.limits = limits;
    this.large = limits.large !== undefined && random.chance(limits.large.share);
    this.batchSize = random.pick(this.large ? limits.large!.batchSizes : limits.batchSizes);
    this.#probing = { training: true, inverseBatch: scalar('probe'), assign: () => {} };
    const create = (shape: readonly number[], values: Float32Array, trained: boolean): Node => {
      const node = variable(`${trained ? 'p' : 's'}${this.initial.size}`, shape);
      this.initial.set(node, values);
      if (trained) this.parameters.push(node);
      return node;
    };
    this.scope = {
      random,
      rank: random.pick([1, 2, 2, 2, 3]),
      kernel: (shape, fan) => create(shape, random.reals(elementCount(shape), Math.sqrt(3 / fan)), true),
      vector: (extent, center) => create([extent], random.reals(extent, 0.3, center), true),
      state: (extent, start) =>
        create([extent], random.reals(extent, start === 0 ? 0.2 : 0.4 * start, start), false),
    };
  }

  get last(): Node {
    return this.probes.at(-1)!;
  }

  addInput(node: Node, fill: Fill): void {
    this.inputs.push(node);
    this.probes.push(node);
    this.fills.set(node, fill);
  }

  /** Adds a layer if it can be made and stays below the limits. */
  attempt(name: string, from: readonly number[], make: () => Layer): boolean {
    const [parameters, variables] = [this.parameters.length, [...this.initial.keys()]];
    try {
      const layer = make();
      const sources = from.map((k) => this.probes[k]!);
      const node = layer(sources, this.#probing);
      const work = workBeyond(node, sources) * this.batchSize;
      const fits = work <= this.limits.layer && this.#work + work <= this.limits.network;
      if (fits && elementCount(node.type.shape) <= largestTensor) {
        this.#work += work;
        this.steps.push({ from, layer });
        this.probes.push(node);
        this.lines.push(`${name}${from.length > 1 ? `(${from})` : ''} -> ${node.type.shape}`);
        return true;
      }
    } catch (error) {
      if (!(error instanceof RangeError) && !(error as { code?: string }).code) throw error;
    }
    this.parameters.length = parameters;
    for (const node of [...this.initial.keys()].slice(variables.length)) this.initial.delete(node);
    return false;
  }

  /** Calls the network: all tensors, inputs first. */
  call(mode: Mode): Node[] {
    const tensors = [...this.inputs];
    for (const { from, layer } of this.steps)
      tensors.push(
        layer(
          from.map((k) => tensors[k]!),
          mode,
        ),
      );
    return tensors;
  }
}

const scalar = (name: string): Node => input(name, { dtype: 'f32', shape: [], batched: false });

const isSpatial = (node: Node, rank: number): boolean => node.type.shape.length === rank + 1;

function addInputs(b: Builder): void {
  const { random, scope } = b;
  const largest = random.pick([[40], [12, 20, 40], [4, 8, 12]][scope.rank - 1]!);
  const spatial = Array.from({ length: scope.rank }, () => random.integer(1, largest));
  const two = random.chance(0.2);
  const channels = random.pick([1, 1, 3, random.integer(1, 33)]);
  for (let k = 0; k < (two ? 2 : 1); k++) {
    const shape = [...spatial, random.chance(0.5) ? channels : random.integer(1, 33)];
    const dtype = random.pick(['f32', 'f32', 'u8'] as const);
    const count = elementCount(shape);
    b.addInput(input(`x${k}`, { dtype, shape, batched: true }), (r, samples) =>
      dtype === 'u8'
        ? Uint8Array.from({ length: samples * count }, () => r.integer(0, 255))
        : r.reals(samples * count, 1),
    );
    b.lines.push(`x${k} ${dtype} ${shape}`);
  }
  for (let k = 0; k < b.inputs.length; k++) {
    if (b.inputs[k]!.type.dtype === 'u8' || random.chance(0.3))
      b.attempt(
        'rescale',
        [k],
        () =>
          ([x]) =>
            ops.rescale(x!, { scale: 1 / 255, offset: -0.25 }),
      );
    else if (two)
      b.attempt(
        'tanh',
        [k],
        () =>
          ([x]) =>
            ops.tanh(x!),
      );
  }
  if (!two) return;
  const [p, q] = [b.probes.length - 2, b.probes.length - 1];
  const same = String(b.probes[p]!.type.shape) === String(b.probes[q]!.type.shape);
  const how = same ? random.pick(Object.keys(joiners)) : 'concatenate';
  b.attempt(
    how,
    [p, q],
    () =>
      ([x, y]) =>
        joiners[how]!(x!, y!),
  );
}

/** Joins the last tensor with an earlier one of its shape. */
function skip(b: Builder): boolean {
  const shape = String(b.last.type.shape);
  const now = b.probes.length - 1;
  const earlier = b.probes.flatMap((node, k) => (k < now && String(node.type.shape) === shape ? [k] : []));
  if (earlier.length === 0 || b.last.type.dtype !== 'f32') return false;
  const from = b.random.pick(earlier);
  if (b.probes[from]!.type.dtype !== 'f32') return false;
  const how = b.random.pick(['add', 'add', ...Object.keys(joiners)]);
  return b.attempt(
    how,
    [from, now],
    () =>
      ([x, y]) =>
        joiners[how]!(x!, y!),
  );
}

function addLayers(b: Builder): void {
  const { random, scope } = b;
  const all = b.seed >= firstWithAll;
  const makers = all ? { ...layerMakers, ...newerLayers } : layerMakers;
  // few shapes allow the walk: it is tried more often
  const names = [...Object.keys(makers), ...(all ? Array<string>(4).fill('wideBehindRelu') : [])];
  const common = ['convolution', 'depthwise', 'pointwise', 'separable', 'bias', 'activation', 'skip'];
  const count = random.integer(1, 8);
  for (let k = 0; k < count; k++) {
    for (let trial = 0; trial < 12; trial++) {
      const name = random.pick([...names, ...common, ...common]);
      const { shape } = b.last.type;
      const done =
        name === 'skip'
          ? skip(b)
          : isSpatial(b.last, scope.rank) &&
            b.attempt(name, [b.probes.length - 1], () => makers[name]!(shape, scope));
      if (done) break;
    }
  }
}

/** Closes a tensor with a head; gives the number of the tensor that is predicted. */
function addHead(b: Builder, from: number): number {
  const { random, scope } = b;
  const heads: Readonly<Record<string, (x: Node) => Node>> = {
    flatten: (x) => ops.reshape(x, [elementCount(x.type.shape)]),
    average: ops.globalAveragePool,
    max: ops.globalMaxPool,
  };
  let last = from;
  const add = (name: string, make: () => Layer): void => {
    if (b.attempt(name, [last], make)) last = b.probes.length - 1;
  };
  const apply = (name: string): void =>
    add(
      name,
      () =>
        ([x]) =>
          heads[name]!(x!),
    );
  const { shape } = b.probes[from]!.type;
  if (random.chance(0.12)) {
    add('pointwise', () => layerMakers.pointwise!(shape, scope));
    if (last !== from) return last;
  }
  const large = b.large && isSpatial(b.probes[last]!, scope.rank);
  if (large) add('enlarge', () => enlarge(shape, scope));
  apply(large ? 'flatten' : random.pick(['flatten', 'flatten', 'average', 'max']));
  if (!large && random.chance(0.5)) add('dense', () => denseLayer(b.probes[last]!.type.shape, scope));
  const units = large ? random.integer(12, 20) : random.integer(2, 12);
  const inputs = b.probes[last]!.type.shape.at(-1)!;
  add('logits', () => {
    const kernel = scope.kernel([inputs, units], inputs);
    const offset = scope.vector(units, 0);
    return ([x]) => ops.biasAdd(ops.dense(x!, kernel), offset);
  });
  return last;
}

/** The network of a seed. */
export function randomNetwork(seed: number, limits: Limits = smallNetworks): RandomNetwork {
  const b = new Builder(seed, limits);
  const { random } = b;
  addInputs(b);
  addLayers(b);
  const end = b.probes.length - 1;
  const heads = [addHead(b, end)];
  // Where no layer fitted, `end` is an input.
  if (random.chance(0.2)) heads.push(addHead(b, random.integer(Math.min(b.inputs.length, end), end)));
  if (heads.some((head) => b.probes[head]!.type.dtype !== 'f32'))
    return randomNetwork(seed + 0x10000000, limits);
  const judged = heads.map((head, k) => ({
    head,
    weight: random.pick([1, 1, 0.3]),
    objective: randomObjective(`y${k}`, b.probes[head]!.type.shape, random),
  }));
  for (const { objective } of judged) b.fills.set(objective.target, objective.fill);
  const sampleWeight = random.chance(0.25)
    ? input('sampleWeight', { dtype: 'f32', shape: [], batched: true })
    : undefined;
  if (sampleWeight) b.fills.set(sampleWeight, (r, samples) => r.reals(samples, 0.5, 1));
  const inverseBatch = scalar('inverseBatch');

  const losses = (tensors: readonly Node[]): Node =>
    judged
      .map(({ head, objective, weight }) => {
        const loss = objective.loss(tensors[head]!);
        const weighted = sampleWeight ? ops.multiply(loss, sampleWeight) : loss;
        return weight === 1 ? weighted : ops.rescale(weighted, { scale: weight });
      })
      .reduce(ops.add);
  const predictions = (tensors: readonly Node[]): Record<string, Node> =>
    Object.fromEntries(judged.map(({ head }, k) => [`prediction${k}`, tensors[head]!]));

  const assigned = new Map<Node, Node>();
  const trained = b.call({
    training: true,
    inverseBatch,
    assign: (state, value) => assigned.set(state, value),
  });
  const loss = losses(trained);
  const floatInputs = b.inputs.filter((x) => x.type.dtype === 'f32');
  const derived = gradients(ops.multiply(loss, inverseBatch), [...b.parameters, ...floatInputs]);
  const optimizer = [
    sgd({ learningRate: rate }),
    adam({ learningRate: rate }),
    sgd({ learningRate: rate, momentum: 0.9, nesterov: seed % 8 === 2 }),
    adam({ learningRate: rate }),
  ][seed % 4]!;
  const weights = b.parameters.map(
    (node) => ({ variable: node, shape: node.type.shape }) as unknown as Weight,
  );
  const state = new OptimizerState(optimizer, weights);
  const scalars = Object.fromEntries(optimizer.scalars.map((name) => [name, scalar(name)]));
  const updates = weights.flatMap((weight) => state.update(weight, derived.get(weight.variable)!, scalars));
  const initial = new Map(b.initial);
  for (const slot of state.variables) initial.set(slot, new Float32Array(elementCount(slot.type.shape)));

  const inferred = b.call({ training: false, inverseBatch, assign: () => {} });
  const readings = judged.map(({ head, objective }, k) =>
    Object.entries(objective.readings(inferred[head]!)).map(([name, node]) => [`${name}${k}`, node] as const),
  );
  const kinds = judged.map(({ objective, weight }) => `${objective.kind} * ${weight}`).join(' + ');
  return {
    seed,
    description: `seed ${seed}, batch ${b.batchSize}, ${optimizer.className}: ${b.lines.join('; ')}; heads ${heads}; ${kinds}${sampleWeight ? ', weighted' : ''}`,
    batchSize: b.batchSize,
    inference: {
      outputs: { ...predictions(inferred), ...Object.fromEntries(readings.flat()) },
      assignments: [],
    },
    gradients: {
      outputs: {
        loss,
        ...predictions(trained),
        ...Object.fromEntries([...derived].map(([node, value]) => [`d${node.name}`, value])),
      },
      assignments: [],
    },
    training: {
      outputs: { loss },
      assignments: [...updates, ...[...assigned].map(([node, value]) => ({ variable: node, value }))],
      guard: 'loss',
    },
    optimizer,
    parameters: b.parameters,
    inputs: floatInputs,
    initial,
    feed: (step, samples) => {
      const r = new RandomSource(Math.imul(seed, 31) + step);
      const values = [...b.fills].map(([node, fill]) => [node.name, fill(r, samples)] as const);
      const numbers = Object.entries(optimizer.scalarsAt(step, rate)).map(
        ([name, value]) => [name, Float32Array.of(value)] as const,
      );
      return {
        ...Object.fromEntries(values),
        ...Object.fromEntries(numbers),
        inverseBatch: Float32Array.of(1 / samples),
      };
    },
  };
}
