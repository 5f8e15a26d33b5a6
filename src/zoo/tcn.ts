import { finiteNumber, knownOptions, positiveInteger } from '../errors/index.ts';
import { type Model, type ModelOptions, model } from '../model/model.ts';
import * as layers from '../nn/layers/index.ts';
import { input } from '../nn/layers/input-layer.ts';
import type { Shape } from '../nn/layers/layer.ts';
import type { SymbolicTensor } from '../nn/layers/symbolic-tensor.ts';
import { shape as shapeRule } from '../nn/options.ts';

export interface TcnOptions extends ModelOptions {
  /** [length, channels] of a sample, bytes. Default [784, 1]: an image of MNIST as a sequence. */
  readonly inputShape?: Shape;
  /** Default 10. */
  readonly classes?: number;
  /** Default 16. */
  readonly filters?: number;
  /** Default 3. */
  readonly kernelSize?: number;
  /** Residual blocks; block k has dilation 2^k. Default 7. */
  readonly blocks?: number;
  /** Default 0.1. */
  readonly dropout?: number;
}

/**
 * A temporal convolutional network (Bai, Kolter and Koltun 2018): residual blocks of two causal convolutions with
 * dilations 1, 2, 4, ..., ReLU and dropout, then the mean over time and a dense layer.
 */
export function tcn(options: TcnOptions = {}): Model {
  const place = { call: 'zoo.tcn' };
  const names = ['inputShape', 'classes', 'filters', 'kernelSize', 'blocks', 'dropout'];
  knownOptions(options, ['name', 'seed', 'engine', ...names], place);
  const {
    inputShape = [784, 1],
    classes = 10,
    filters = 16,
    kernelSize = 3,
    blocks = 7,
    ...others
  } = options;
  const { dropout = 0.1, ...rest } = others;
  finiteNumber(dropout, 'dropout', place, { min: 0, below: 1 });
  shapeRule.read(inputShape, 'inputShape', place);
  for (const [name, value] of Object.entries({ classes, filters, kernelSize, blocks }))
    positiveInteger(value, name, place);

  const series = input({ shape: inputShape });
  let x = layers.rescaling({ scale: 1 / 255 }).apply(series);
  const block = (source: SymbolicTensor, dilationRate: number): SymbolicTensor => {
    let y = source;
    for (let k = 0; k < 2; k++) {
      const convolution = layers.conv1d({
        filters,
        kernelSize,
        dilationRate,
        padding: 'causal',
        activation: 'relu',
        kernelInitializer: 'heNormal',
      });
      y = layers.dropout({ rate: dropout }).apply(convolution.apply(y));
    }
    const shortcut =
      source.shape.at(-1) === filters ? source : layers.conv1d({ filters, kernelSize: 1 }).apply(source);
    return layers.relu().apply(layers.add().apply([y, shortcut]));
  };
  for (let k = 0; k < blocks; k++) x = block(x, 2 ** k);
  const pooled = layers.globalAveragePooling1d().apply(x);
  const outputs = layers.dense({ units: classes, activation: 'softmax' }).apply(pooled);
  return model({ name: 'tcn', inputs: series, outputs, ...rest });
}
