import type { Node } from '../../graph/node.ts';
import { permute } from '../../ops/index.ts';
import { camelCase, snakeCase } from '../naming.ts';
import { choice, optional, type Rule } from '../options.ts';
import type { Shape } from './layer-kind.ts';

/** Where the channels stand: behind the spatial axes, or before them. */
export type DataFormat = 'channelsLast' | 'channelsFirst';

const one = choice(['channelsLast', 'channelsFirst']);

/** The option `dataFormat`; a file of Keras writes `channels_last`. */
export const dataFormatRule: Rule<DataFormat> = optional<DataFormat>(
  {
    read: (value, argument, place) =>
      one.read(typeof value === 'string' ? camelCase(value) : (value ?? 'channelsLast'), argument, place),
    write: (value) => snakeCase(value.replace(/^c/, 'C')),
  },
  'channelsLast',
);

/** A shape with the channels behind. */
export const channelsLast = (shape: Shape): Shape => [...shape.slice(1), ...shape.slice(0, 1)];

/** Turns a function of tensors with the channels behind into one of tensors with the channels before. */
export function withChannelsFirst(inputs: readonly Node[], body: (inputs: readonly Node[]) => Node): Node {
  const rank = inputs[0]!.type.shape.length;
  const result = body(
    inputs.map((x) => permute(x, [...x.type.shape.map((_, k) => k).slice(1), ...(rank > 0 ? [0] : [])])),
  );
  const own = result.type.shape.length;
  if (own !== rank || own < 2) return result;
  return permute(result, [own - 1, ...result.type.shape.map((_, k) => k).slice(0, -1)]);
}
