import { InvalidArgumentError } from '../errors/index.ts';
import { isNode } from '../graph/is-node.ts';
import type { Node } from '../graph/node.ts';
import * as traceable from '../ops/index.ts';
import { hasValues, type Samples, traced } from './eager.ts';
import type { Tensor } from './tensor.ts';

type Traceable = typeof traceable;
type Argument<A> = A extends Node
  ? Tensor | Samples | Node
  : A extends readonly Node[]
    ? readonly (Tensor | Samples | Node)[]
    : A extends object
      ? { [K in keyof A]: Argument<A[K]> }
      : A;
type Arguments<A extends readonly unknown[]> = { [K in keyof A]: Argument<A[K]> };

/** An operation: of nodes it gives a node, of tensors (or samples) a tensor; where it gives several, so many. */
export type Operation<F> = F extends (...args: infer A) => infer R
  ? R extends Node
    ? ((...args: A) => Node) & ((...args: Arguments<A>) => Tensor)
    : ((...args: A) => R) & ((...args: Arguments<A>) => { readonly [K in keyof R]: Tensor })
  : never;

/**
 * The operations. Inside of layers, losses and other functions of a graph they take and give nodes; of tensors they
 * compute at once, in float32 on the calling thread. Shapes leave out the samples: `samples(x)` says that the first
 * axis of a tensor counts them.
 */
export const ops: { readonly [K in keyof Traceable]: Operation<Traceable[K]> } = Object.fromEntries(
  Object.entries(traceable).map(([name, operation]) => [
    name,
    eager(name, operation as (...args: never) => unknown),
  ]),
) as never;

function eager(name: string, operation: (...args: never) => unknown): unknown {
  return (...args: readonly unknown[]): unknown => {
    if (!hasValues(args)) {
      if (!args.some((arg) => isNode(arg) || (Array.isArray(arg) && arg.some(isNode)))) {
        const expected = 'a tensor, samples(tensor) or a node';
        throw new InvalidArgumentError({ call: `ops.${name}`, argument: 'x', expected, received: args[0] });
      }
      return operation(...(args as never));
    }
    const trace = traced(args, name);
    const result = operation(...(trace.args as never));
    if (isNode(result)) return trace.evaluate([result])[0];
    const parts = Object.entries(result as Readonly<Record<string, unknown>>);
    if (!parts.every(([, value]) => isNode(value))) {
      const expected = 'nodes: this operation gives more than tensors';
      throw new InvalidArgumentError({ call: `ops.${name}`, argument: 'x', expected, received: args[0] });
    }
    const values = trace.evaluate(parts.map(([, value]) => value as Node));
    return Object.fromEntries(parts.map(([key], k) => [key, values[k]]));
  };
}
