import type { Node } from '../../graph/node.ts';
import { reduceMean } from '../../ops/index.ts';
import { type Read, type Rules, readOptions, writeOptions } from '../options.ts';
import type { Loss, TargetKind } from './loss.ts';

/** The function that makes losses of one kind. `values` gives losses of elements or positions of a sample. */
export function lossKind<R extends Rules>(kind: {
  readonly className: string;
  readonly name: string;
  readonly target: TargetKind;
  readonly options: R;
  values(options: Read<R>, target: Node, prediction: Node): Node;
}): (given?: object) => Loss {
  return (given = {}) => {
    const options = readOptions(given, kind.options, { call: `losses.${kind.name}` });
    return {
      className: kind.className,
      name: kind.name,
      target: kind.target,
      perSample: (target, prediction) => sampleMean(kind.values(options, target, prediction)),
      getConfig: () => writeOptions(options, kind.options),
    };
  };
}

/** The mean of all elements of a sample: shape []. */
export const sampleMean = (node: Node): Node => (node.type.shape.length === 0 ? node : reduceMean(node));
