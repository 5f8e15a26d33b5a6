import { ShapeError } from '../../errors/index.ts';
import * as ops from '../../ops/index.ts';
import { type ActivationLike, activation } from '../activations/get-activation.ts';
import { zeros } from '../initializers/constants.ts';
import { type InitializerLike, initializer } from '../initializers/get-initializer.ts';
import { glorotUniform } from '../initializers/variance-scaling.ts';
import { boolean, optional, positive } from '../options.ts';
import { type Layer, type LayerOptions, layerKind } from './layer.ts';

export interface DenseOptions extends LayerOptions {
  /** Extent of the last axis of the output. */
  readonly units: number;
  /** Default none. */
  readonly activation?: ActivationLike;
  /** Default true. */
  readonly useBias?: boolean;
  /** Default `glorotUniform`. */
  readonly kernelInitializer?: InitializerLike;
  /** Default `zeros`. */
  readonly biasInitializer?: InitializerLike;
}

/** activation(x · kernel + bias) along the last axis. */
export const dense: (options: DenseOptions) => Layer = layerKind({
  className: 'Dense',
  options: {
    units: positive,
    activation,
    useBias: optional(boolean, true),
    kernelInitializer: optional(initializer, glorotUniform()),
    biasInitializer: optional(initializer, zeros()),
  },
  weights: (o, [input]) => {
    const features = input!.at(-1);
    if (features === undefined) {
      throw new ShapeError({
        subject: 'the input',
        expected: 'at least 2 dimensions [batch, features]',
        received: [null],
      });
    }
    return [
      { name: 'kernel', shape: [features, o.units], initializer: o.kernelInitializer },
      ...(o.useBias ? [{ name: 'bias', shape: [o.units], initializer: o.biasInitializer }] : []),
    ];
  },
  call: (o, [x], scope) => {
    const y = ops.dense(x!, scope.weight('kernel'));
    return o.activation.apply(o.useBias ? ops.biasAdd(y, scope.weight('bias')) : y);
  },
});
