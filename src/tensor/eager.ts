import { evaluate } from '../engine/evaluate.ts';
import { InvalidArgumentError, ShapeError } from '../errors/index.ts';
import { input, type Node } from '../graph/node.ts';
import { Tensor } from './tensor.ts';

/** A tensor whose first axis counts samples: operations work on each sample by itself. */
export class Samples {
  readonly tensor: Tensor;

  constructor(tensor: Tensor) {
    if (!(tensor instanceof Tensor)) {
      throw new InvalidArgumentError({
        call: 'samples',
        argument: 'x',
        expected: 'a tensor',
        received: tensor,
      });
    }
    if (tensor.shape.length === 0 || tensor.shape[0] === 0) {
      const expected = 'at least one sample along the first axis';
      throw new ShapeError({ subject: 'samples', expected, received: tensor.shape });
    }
    this.tensor = tensor;
  }
}

/**
 * Marks the first axis of a tensor as that of the samples, which shapes of operations leave out.
 * @throws {ShapeError} for a tensor without samples
 */
export const samples = (x: Tensor): Samples => new Samples(x);

/** What an operation is applied to: values, or a value of a graph. */
export type Value = Tensor | Samples | Node;

/** Arguments in which every value of a graph became an input, and what is fed to these. */
export interface Traced {
  readonly args: readonly unknown[];
  /** The nodes of the arguments that are values, by position; arrays are looked into. */
  readonly nodes: ReadonlyMap<unknown, Node>;
  evaluate(nodes: readonly Node[]): Tensor[];
}

const isValue = (value: unknown): value is Tensor | Samples =>
  value instanceof Tensor || value instanceof Samples;
const visit = (value: unknown, map: (value: Tensor | Samples) => Node): unknown => {
  if (isValue(value)) return map(value);
  if (Array.isArray(value)) return value.map((item) => visit(item, map));
  if (value !== null && typeof value === 'object' && Object.getPrototypeOf(value) === Object.prototype) {
    if ('definition' in value || 'role' in value) return value;
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, visit(item, map)]));
  }
  return value;
};

/** True if there is a tensor among the arguments, or in an array or options among them. */
export function hasValues(args: readonly unknown[]): boolean {
  let found = false;
  visit(args, (value) => {
    found = true;
    return value as never;
  });
  return found;
}

/**
 * Turns tensors among arguments into inputs of a graph.
 * @throws {ShapeError} if the numbers of samples differ
 */
export function traced(args: readonly unknown[], call: string): Traced {
  const nodes = new Map<unknown, Node>();
  const feed: Record<string, Tensor['data']> = {};
  let batch: number | undefined;
  const map = (value: Tensor | Samples): Node => {
    const known = nodes.get(value);
    if (known) return known;
    const batched = value instanceof Samples;
    const { shape, dtype, data } = batched ? value.tensor : value;
    if (batched) {
      batch ??= shape[0]!;
      if (shape[0] !== batch) {
        throw new ShapeError({
          subject: `the samples of ${call}`,
          expected: `${batch} samples`,
          received: shape,
        });
      }
    }
    const name = `v${nodes.size}`;
    const node = input(name, { dtype, shape: batched ? shape.slice(1) : shape, batched });
    nodes.set(value, node);
    feed[name] = data;
    return node;
  };
  return {
    args: visit(args, map) as unknown[],
    nodes,
    evaluate: (list) =>
      evaluate(list, feed, batch ?? 1).map((data, k) => {
        const { shape, batched } = list[k]!.type;
        return new Tensor(data, batched ? [batch!, ...shape] : shape);
      }),
  };
}
