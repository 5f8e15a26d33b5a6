import { nodeOf } from '../../graph/is-node.ts';
import type { Node } from '../../graph/node.ts';
import { sampleMean } from './define.ts';

/** A function of your own from target and prediction (in its shape) to values of elements. */
export type OwnFunction = (target: Node, prediction: Node) => Node;

/** What a loss or a metric that is a function of your own has. */
export function ownFunction(
  given: OwnFunction,
  argument: string,
  fallback: string,
): {
  readonly className: 'Function';
  readonly name: string;
  readonly target: 'values';
  readonly values: OwnFunction;
  readonly perSample: OwnFunction;
} {
  const values: OwnFunction = (target, prediction) => nodeOf(given(target, prediction), argument);
  return {
    className: 'Function',
    name: given.name || fallback,
    target: 'values',
    values,
    perSample: (target, prediction) => sampleMean(values(target, prediction)),
  };
}
