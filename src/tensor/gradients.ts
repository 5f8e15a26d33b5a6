import { InvalidArgumentError, ShapeError } from '../errors/index.ts';
import { gradients } from '../graph/differentiate.ts';
import type { Node } from '../graph/node.ts';
import { elementCount } from '../ir/tensor-type.ts';
import { hasValues, type Samples, traced, type Value } from './eager.ts';
import type { Tensor } from './tensor.ts';

/** A function of nodes that gives a number (of samples: a number for each, which are summed). */
export type NumberFunction = (...args: Node[]) => Node;

/** What a gradient is of: nodes of nodes, tensors of tensors. */
export interface ValueAndGradients<T> {
  readonly value: T;
  /** One for each argument, of its shape. */
  readonly gradients: readonly T[];
}

interface GradientFunction {
  (...args: Node[]): ValueAndGradients<Node>;
  (...args: (Tensor | Samples)[]): ValueAndGradients<Tensor>;
}

/**
 * A function that gives the value of `f` and its derivatives by all arguments. Of tensors it computes at once; of nodes
 * it extends their graph, so that a layer may contain a gradient.
 * @throws {InvalidArgumentError} {ShapeError} if `f` gives no number
 */
export function valueAndGrad(f: NumberFunction): GradientFunction {
  return derivative(f, 'valueAndGrad') as GradientFunction;
}

/** A function that gives the derivative of `f` by its first argument. It throws what that of `valueAndGrad` throws. */
export function grad(f: NumberFunction): {
  (...args: Node[]): Node;
  (...args: (Tensor | Samples)[]): Tensor;
} {
  const both = derivative(f, 'grad');
  return ((...args: Value[]) => both(...args).gradients[0]) as ReturnType<typeof grad>;
}

function derivative(f: NumberFunction, call: string): (...args: Value[]) => ValueAndGradients<Tensor | Node> {
  if (typeof f !== 'function') {
    throw new InvalidArgumentError({ call, argument: 'f', expected: 'a function of nodes', received: f });
  }
  const of = (nodes: readonly Node[]): ValueAndGradients<Node> => {
    const value = f(...nodes);
    if (typeof value !== 'object' || !('role' in value)) {
      throw new InvalidArgumentError({
        call,
        argument: 'f',
        expected: 'a function that gives a node',
        received: value,
      });
    }
    if (elementCount(value.type.shape) !== 1) {
      const subject = `what the function of ${call} gives`;
      throw new ShapeError({ subject, expected: [], received: value.type.shape });
    }
    const found = gradients(value, nodes);
    return { value, gradients: nodes.map((node) => found.get(node)!) };
  };
  return (...args) => {
    if (!hasValues(args)) return of(args as Node[]);
    const trace = traced(args, call);
    const { value, gradients: derivatives } = of(trace.args as Node[]);
    const [result, ...rest] = trace.evaluate([value, ...derivatives]);
    return { value: result!, gradients: rest };
  };
}
