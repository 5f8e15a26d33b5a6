import { knownOptions, positiveInteger } from '../errors/index.ts';
import { type Model, type ModelOptions, model } from '../model/model.ts';
import * as layers from '../nn/layers/index.ts';
import { input } from '../nn/layers/input-layer.ts';
import type { Shape } from '../nn/layers/layer.ts';
import type { SymbolicTensor } from '../nn/layers/symbolic-tensor.ts';
import { shape as shapeRule } from '../nn/options.ts';

export interface ResidualOptions extends ModelOptions {
  /** [height, width, channels] of a sample, bytes. Default [28, 28, 1]. */
  readonly inputShape?: Shape;
  /** Default 10. */
  readonly classes?: number;
  /** Filters of the first stage; each later stage has twice as many. Default 16. */
  readonly filters?: number;
  /** Stages, each of which but the first halves height and width. Default 3. */
  readonly stages?: number;
}

/**
 * A small residual network of separable convolutions with batch normalisation and ReLU6: a stem, then in each
 * stage two separable convolutions beside a shortcut (1 x 1 with stride where the shape changes), global average
 * pooling and a dense layer. Layers before a batch normalisation have no bias.
 */
export function residualSmall(options: ResidualOptions = {}): Model {
  const place = { call: 'zoo.residualSmall' };
  knownOptions(options, ['name', 'seed', 'engine', 'inputShape', 'classes', 'filters', 'stages'], place);
  const { inputShape = [28, 28, 1], classes = 10, filters = 16, stages = 3, ...rest } = options;
  shapeRule.read(inputShape, 'inputShape', place);
  positiveInteger(classes, 'classes', place);
  positiveInteger(filters, 'filters', place);
  positiveInteger(stages, 'stages', place);
  const normalised = (x: SymbolicTensor): SymbolicTensor => layers.batchNormalization().apply(x);
  const clipped = (x: SymbolicTensor): SymbolicTensor => layers.relu({ maxValue: 6 }).apply(x);
  const same = { padding: 'same', useBias: false } as const;

  const image = input({ shape: inputShape });
  const scaled = layers.rescaling({ scale: 1 / 255 }).apply(image);
  let x = clipped(normalised(layers.conv2d({ ...same, filters, kernelSize: 3 }).apply(scaled)));
  for (let stage = 0; stage < stages; stage++) {
    const width = filters * 2 ** stage;
    const strides = stage === 0 ? 1 : 2;
    const first = layers.separableConv2d({ ...same, filters: width, kernelSize: 3, strides }).apply(x);
    const second = layers
      .separableConv2d({ ...same, filters: width, kernelSize: 3 })
      .apply(clipped(normalised(first)));
    const shortcut =
      stage === 0
        ? x
        : normalised(layers.conv2d({ ...same, filters: width, kernelSize: 1, strides }).apply(x));
    x = clipped(layers.add().apply([normalised(second), shortcut]));
  }
  const pooled = layers.globalAveragePooling2d().apply(x);
  const outputs = layers.dense({ units: classes, activation: 'softmax' }).apply(pooled);
  return model({ name: 'residual-small', inputs: image, outputs, ...rest });
}
