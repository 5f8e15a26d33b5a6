import { ShapeError } from '../../errors/index.ts';
import type { Node } from '../../graph/node.ts';
import * as ops from '../../ops/index.ts';
import { softmax as lastAxis } from '../activations/named.ts';
import { integer, optional } from '../options.ts';
import { type Layer, type LayerOptions, layerKind } from './layer.ts';

export interface SoftmaxOptions extends LayerOptions {
  /** Counted as in Keras with the batch as axis 0; or negative from the end. Default -1. */
  readonly axis?: number;
}

function alongAxis(x: Node, axis: number): Node {
  const kept = x.type.shape.map((n, k) => (k === axis ? 1 : n));
  const axes = [axis];
  const largest = ops.stopGradient(ops.reshape(ops.reduceMax(x, { axes }), kept));
  const exponentials = ops.exp(ops.subtract(x, largest));
  return ops.divide(exponentials, ops.reshape(ops.reduceSum(exponentials, { axes }), kept));
}

/** exp(x) over its sum along an axis. */
export const softmax: (options?: SoftmaxOptions) => Layer = layerKind({
  className: 'Softmax',
  options: { axis: optional(integer(-8, 8), -1) },
  call: ({ axis }, [x]) => {
    const { shape } = x!.type;
    const own = axis < 0 ? axis + shape.length : axis - 1;
    if (own < 0 || own >= shape.length) {
      const expected = `a shape with an axis ${axis} that is not the batch`;
      throw new ShapeError({ subject: 'the input', expected, received: [null, ...shape] });
    }
    return own === shape.length - 1 ? lastAxis.apply(x!) : alongAxis(x!, own);
  },
});
