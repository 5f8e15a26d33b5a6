import { ShapeError } from '../../errors/index.ts';
import * as ops from '../../ops/index.ts';
import { type ActivationLike, activation } from '../activations/get-activation.ts';
import { zeros } from '../initializers/constants.ts';
import { glorotUniform } from '../initializers/variance-scaling.ts';
import { boolean, optional, positive } from '../options.ts';
import { type Layer, type LayerOptions, layerKind } from './layer.ts';
import { type WeightOptions, weightOf, weightRules } from './weight-options.ts';

export interface DenseOptions extends LayerOptions, WeightOptions<'kernel'>, WeightOptions<'bias'> {
  /** Extent of the last axis of the output. */
  readonly units: number;
  /** Default none. */
  readonly activation?: ActivationLike;
  /** Default true. */
  readonly useBias?: boolean;
}

/** activation(x · kernel + bias) along the last axis. */
export const dense: (options: DenseOptions) => Layer = layerKind({
  className: 'Dense',
  keras: { masking: 'passes' },
  options: {
    units: positive,
    activation,
    useBias: optional(boolean, true),
    ...weightRules('kernel', glorotUniform()),
    ...weightRules('bias', zeros()),
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
      weightOf(o, 'kernel', [features, o.units]),
      ...(o.useBias ? [weightOf(o, 'bias', [o.units])] : []),
    ];
  },
  call: (o, [x], scope) => {
    const y = ops.dense(x!, scope.weight('kernel'));
    return o.activation.apply(o.useBias ? ops.biasAdd(y, scope.weight('bias')) : y);
  },
});
