import { InvalidArgumentError } from '../../errors/index.ts';
import { NameScope } from '../naming.ts';
import { shape } from '../options.ts';
import { type Layer, layerKind, type Shape } from './layer.ts';
import { SymbolicTensor } from './symbolic-tensor.ts';

/** What an input takes. */
export interface InputOptions {
  /** Shape of one sample. */
  readonly shape: Shape;
  readonly name?: string;
}

const make = layerKind({
  className: 'InputLayer',
  options: { shape },
  call: (_, [x]) => x!,
});

/** The layer that stands for an input, as the first of `sequential`. */
export const inputLayer = (options: InputOptions): Layer => make(options);

/**
 * An input of a functional network.
 * @throws {InvalidArgumentError} if the shape is not an array of positive integers
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
