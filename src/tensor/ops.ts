import { InvalidArgumentError, inCall, knownOptions } from '../errors/index.ts';
import { isNode } from '../graph/is-node.ts';
import type { Node } from '../graph/node.ts';
import * as traceable from '../ops/index.ts';
import { hasValues, type Samples, traced } from './eager.ts';
import { type Signature, signatures } from './signatures.ts';
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
    eager(name as keyof Traceable, operation as (...args: never) => unknown),
  ]),
) as never;

function eager(name: keyof Traceable, operation: (...args: never) => unknown): unknown {
  const call = `ops.${name}`;
  return (...args: readonly unknown[]): unknown =>
    inCall(call, () => {
      const trace = hasValues(args) ? traced(args, name) : undefined;
      if (trace) refuseOpenNodes(args);
      const complete = checkedArguments(signatures[name] as AnySignature, trace?.args ?? args, args);
      const result = operation(...(complete as never));
      if (!trace) return result;
      if (isNode(result)) return trace.evaluate([result])[0];
      const parts = Object.entries(result as Readonly<Record<string, unknown>>);
      if (!parts.every(([, value]) => isNode(value)))
        throw refusal('x', 'nodes: this operation gives more than tensors', args[0]);
      const values = trace.evaluate(parts.map(([, value]) => value as Node));
      return Object.fromEntries(parts.map(([key], k) => [key, values[k]]));
    });
}

/** What is computed at once cannot wait for the values of a graph. */
function refuseOpenNodes(args: readonly unknown[]): void {
  const open = args.flat().find((own) => isNode(own) && dependsOnInputs(own));
  if (open === undefined) return;
  const expected =
    'tensors alone or nodes alone: inside of a function of nodes, let it take the tensor as an argument too';
  throw refusal('operands', expected, 'both');
}

function dependsOnInputs(node: Node): boolean {
  const seen = new Set<Node>([node]);
  for (const own of seen) {
    if (own.role !== 'compute') return true;
    for (const source of own.inputs) seen.add(source);
  }
  return false;
}

const refusal = (argument: string, expected: string, received: unknown): InvalidArgumentError =>
  new InvalidArgumentError({ argument, expected, received });

interface AnySignature extends Omit<Signature, 'options'> {
  readonly options?: Readonly<Record<string, 'tensor' | 'tensor?' | 'value'>>;
}

/**
 * Checks which arguments are values of a graph, and the names of options; absent ones become an empty object.
 * @param args nodes in the place of tensors
 * @param given what errors show
 */
function checkedArguments(
  { operands, numbers, others = [], options }: AnySignature,
  args: readonly unknown[],
  given: readonly unknown[],
): readonly unknown[] {
  const expected = `a tensor, samples(tensor)${numbers ? ', a node or a number' : ' or a node'}`;
  // One of them has to be more than a number.
  const hasTensor = args.some((own) => isNode(own));
  for (const [k, name] of operands.entries()) {
    const isNumber = numbers && hasTensor && typeof args[k] === 'number';
    if (!isNode(args[k]) && !isNumber) throw refusal(name, expected, given[k]);
  }
  const at = operands.length + others.length;
  const own = args[at];
  if (own === undefined && !options) return args;
  // A number is the place of a value in an array whose elements are mapped.
  if (!options && typeof own !== 'object') return args;
  const chosen = own === undefined ? {} : own;
  knownOptions(chosen, Object.keys(options ?? {}));
  for (const [name, kind] of Object.entries(options ?? {})) {
    const value = (chosen as Readonly<Record<string, unknown>>)[name];
    const isAbsent = kind === 'tensor?' && value === undefined;
    if (kind !== 'value' && !isAbsent && !isNode(value)) throw refusal(name, expected, value);
  }
  return [...Array.from({ length: at }, (_, k) => args[k]), chosen];
}
