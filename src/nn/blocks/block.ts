import { InvalidArgumentError, ShapeError } from '../../errors/index.ts';
import type { Layer } from '../layers/layer.ts';
import { SymbolicTensor } from '../layers/symbolic-tensor.ts';
import { type Read, type Rules, readOptions, string } from '../options.ts';

/** Options that every block takes. */
export interface BlockOptions {
  /** Before the names of its layers, with an underscore. Default: their usual names. */
  readonly name?: string;
}

/** What a block is made with. */
export interface BlockScope<R extends Rules> {
  readonly options: Read<R>;
  /** Spatial dimensions of the input: 1 to 3. */
  readonly rank: 1 | 2 | 3;
  readonly channels: number;
  /** The options of a layer with its name in the block. */
  named(name: string): { readonly name?: string };
  /** Applies layers one after the other. */
  chain(x: SymbolicTensor, ...layers: readonly (Layer | undefined)[]): SymbolicTensor;
}

/**
 * Checks the input and the options of a block.
 * @throws {InvalidArgumentError} {ShapeError}
 */
export function blockScope<R extends Rules>(
  call: string,
  x: SymbolicTensor,
  given: object,
  rules: R,
): BlockScope<R> {
  const place = { call: `blocks.${call}` };
  if (!(x instanceof SymbolicTensor)) {
    const expected = 'a symbolic tensor (made by input or by apply)';
    throw new InvalidArgumentError({ ...place, argument: 'x', expected, received: x });
  }
  const { name, ...options } = readOptions(
    given,
    { ...rules, name: { ...string, fallback: () => '' } },
    place,
  );
  const rank = x.shape.length - 1;
  if (rank < 1 || rank > 3) {
    const expected = 'the batch, 1 to 3 spatial dimensions and channels';
    throw new ShapeError({ subject: `the input of blocks.${call}`, expected, received: [null, ...x.shape] });
  }
  return {
    options: options as Read<R>,
    rank: rank as 1 | 2 | 3,
    channels: x.shape.at(-1)!,
    named: (own) => (name === '' ? {} : { name: `${name}_${own}` }),
    chain: (start, ...layers) =>
      layers.reduce<SymbolicTensor>((tensor, layer) => (layer ? layer.apply(tensor) : tensor), start),
  };
}
