import { InvalidArgumentError, knownOptions } from '../../errors/index.ts';
import { NameScope } from '../naming.ts';
import { choice, optional, shape } from '../options.ts';
import { type Layer, layerKind, type Shape } from './layer.ts';
import { SymbolicTensor } from './symbolic-tensor.ts';

/** Types of values that an input may ask for. @internal */
export const inputDtypes: readonly ['float32', 'int32', 'uint8'] = ['float32', 'int32', 'uint8'];
/** What the values of an input are. */
export type InputDtype = (typeof inputDtypes)[number];

/** What an input takes. */
export interface InputOptions {
  /** Shape of one sample. */
  readonly shape: Shape;
  /** Default: `input_layer`, numbered from the second on. */
  readonly name?: string;
  /**
   * What the values are: `int32` and `uint8` refuse others than whole numbers (of a byte), which may come in any array.
   * Networks compute in float32 all the same. `.keras` files keep it. Default `float32`: any number.
   */
  readonly dtype?: InputDtype;
}

const make = layerKind({
  className: 'InputLayer',
  options: { shape, dtype: optional(choice(inputDtypes), 'float32') },
  call: (_, [x]) => x!,
});

/** The layer that stands for an input, as the first of `sequential`. */
export function inputLayer(options: InputOptions): Layer {
  const name = (options as InputOptions | undefined)?.name;
  knownOptions(options, ['shape', 'name', 'dtype'], {
    layer: typeof name === 'string' ? name : 'input_layer',
  });
  return make(options);
}

/**
 * An input of a functional network.
 * @throws {InvalidArgumentError} if the shape is not an array of positive integers, or for another dtype
 * @internal
 */
export function input(options: InputOptions): SymbolicTensor {
  return inputTensor(inputLayer(options), new NameScope());
}

/** The symbolic tensor of an input layer. @internal */
export function inputTensor(layer: Layer, names: NameScope): SymbolicTensor {
  if (layer.className !== 'InputLayer') {
    throw new InvalidArgumentError({ argument: 'layer', expected: 'an input layer', received: layer });
  }
  const own = layer.options.shape as Shape;
  if (layer.named) names.take(layer.name);
  else if (!layer.built) layer.name = names.claim(layer.name);
  layer.build([own]);
  const tensor = new SymbolicTensor({ shape: own, layer, inputs: [], names });
  layer.record([tensor]);
  return tensor;
}
