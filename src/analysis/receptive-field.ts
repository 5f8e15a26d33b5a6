import { input, type Node } from '../graph/node.ts';
import type { Model } from '../model/model.ts';
import type { Network } from '../nn/network/network.ts';
import { traceNetwork } from '../nn/network/trace.ts';
import { type Box, boxesOfInputs, type Span } from './field-boxes.ts';
import { networkOf } from './network-of.ts';

/**
 * What a position sees along one spatial axis of an input: position i of the output reads from `stride * i + offset`
 * to `stride * i + offset + size - 1`. Indices outside the input are padding.
 */
export interface AxisField {
  /** Neighbours from the first to the last that is read; gaps between taps are counted. */
  readonly size: number;
  /**
   * Input positions between the fields of two neighbours; 0 where all positions see the same. A fraction behind
   * upsampling: size and offset are then those of the position in the middle.
   */
  readonly stride: number;
  /** Where the field of position 0 begins; below 0 in padding. */
  readonly offset: number;
  /** The field of the position in the middle, cut where the input ends. */
  readonly centre: readonly [first: number, last: number];
  /** True if the position in the middle sees all of the axis. */
  readonly whole: boolean;
}

/** The field in one input of the network. */
export interface InputField {
  /** Name of the input layer. */
  readonly input: string;
  /** One for each spatial axis: all dimensions but the last, that of the channels. None for a vector. */
  readonly axes: readonly AxisField[];
}

export interface LayerField {
  readonly name: string;
  readonly className: string;
  /** Shape of one sample of the output. */
  readonly outputShape: readonly number[];
  /** Inputs of the network that reach the layer. */
  readonly fields: readonly InputField[];
}

export interface ReceptiveFields {
  /** In the order of the network. A layer that is applied several times stands here once a time. */
  readonly layers: readonly LayerField[];
  /** What the outputs see: along each axis the field of the output that sees most. */
  readonly whole: readonly InputField[];
}

/**
 * The receptive field of every layer and of the whole: which input elements a position of an output, all its channels
 * together, is computed from. Branches join as the smallest box that holds them; global pooling, flatten and dense
 * see everything. Found by going back through the affine indices of the operations' definitions, so that it holds for
 * every layer, with size, stride and offset as in Araujo, Norris and Sim, "Computing Receptive Fields of
 * Convolutional Neural Networks" (Distill 2019).
 * @throws {InvalidArgumentError} if `model` is no model
 */
export const receptiveField = (model: Model): ReceptiveFields =>
  networkFields(networkOf(model, 'analysis.receptiveField'));

/** The same of the structure of a model. */
export function networkFields(network: Network): ReceptiveFields {
  const inputs = network.inputs.map(({ shape }, k) => input(`x${k}`, { dtype: 'f32', shape, batched: true }));
  const inverseBatch = input('inverseBatch', { dtype: 'f32', shape: [], batched: false });
  const { nodes } = traceNetwork(network, inputs, { training: false, inverseBatch });
  const names = new Map(inputs.map((node, k) => [node, network.inputs[k]!.layer.name]));
  const known = new Map<Node, InputField[]>();
  const fieldsOf = (node: Node): InputField[] => {
    const fields = known.get(node) ?? fieldsIn(node, names);
    known.set(node, fields);
    return fields;
  };
  return {
    layers: network.tensors.map((tensor) => ({
      name: tensor.layer.name,
      className: tensor.layer.className,
      outputShape: tensor.shape,
      fields: fieldsOf(nodes.get(tensor)!),
    })),
    whole: largest(network.outputs.map((tensor) => fieldsOf(nodes.get(tensor)!))),
  };
}

/** Between positions whose fields are compared: multiples of small factors, as upsampling moves once in so many. */
const apart = [12, 8, 6, 4, 2];

function fieldsIn(node: Node, names: ReadonlyMap<Node, string>): InputField[] {
  const { shape } = node.type;
  const spatial = shape.slice(0, -1);
  const middle = spatial.map((extent) => Math.floor((extent - 1) / 2));
  const at = (position: readonly number[]): Map<Node, Box> =>
    boxesOfInputs(
      node,
      shape.map((extent, k): Span => (k < position.length ? [position[k]!, position[k]!] : [0, extent - 1])),
    );
  const centre = at(middle);
  const distances = spatial.map((extent, k) => apart.find((n) => n < extent - middle[k]!) ?? 1);
  const others = distances.map((distance, k) =>
    at(middle.map((index, axis) => (axis === k ? index + distance : index))),
  );
  const fields: InputField[] = [];
  for (const [source, name] of names) {
    const box = centre.get(source);
    if (!box) continue;
    const axes = source.type.shape.slice(0, -1).map((extent, axis) => {
      const low = box[axis]![0];
      const steps = others.map((boxes, k) => ((boxes.get(source)?.[axis]?.[0] ?? low) - low) / distances[k]!);
      return axisField(box[axis]!, steps, middle, extent);
    });
    fields.push({ input: name, axes });
  }
  return fields;
}

function axisField(
  [low, high]: Span,
  steps: readonly number[],
  middle: readonly number[],
  extent: number,
): AxisField {
  const first = Math.min(Math.max(low, 0), extent - 1);
  const last = Math.max(Math.min(high, extent - 1), 0);
  const stride = steps.reduce((sum, step) => sum + step, 0);
  const centre = [first, last] as const;
  const whole = low <= 0 && high >= extent - 1;
  // what does not move has no neighbour whose field would begin before the input
  if (stride === 0) return { size: last - first + 1, stride, offset: first, centre, whole };
  const offset = low - steps.reduce((sum, step, k) => sum + step * middle[k]!, 0);
  return { size: high - low + 1, stride, offset, centre, whole };
}

function largest(outputs: readonly (readonly InputField[])[]): InputField[] {
  const best = new Map<string, InputField>();
  for (const { input: name, axes } of outputs.flat()) {
    const other = best.get(name);
    const joined = axes.map((axis, k) => (other && other.axes[k]!.size > axis.size ? other.axes[k]! : axis));
    best.set(name, { input: name, axes: joined });
  }
  return [...best.values()];
}
