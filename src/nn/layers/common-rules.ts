import { InvalidArgumentError } from '../../errors/index.ts';
import { boolean, optional, type Rule, shape, string } from '../options.ts';
import { regularizer } from '../regularizers/get-regularizer.ts';
import type { Regularizer } from '../regularizers/regularizer.ts';
import type { Shape } from './layer-kind.ts';

/** A name of a layer or model: Keras keeps weights under it, with `/` between the parts of a path. */
export const layerName: Rule<string> = {
  ...string,
  fallback: () => '',
  read: (value, argument, place) => {
    const name = string.read(value, argument, place);
    if (!name.includes('/')) return name;
    throw new InvalidArgumentError({ ...place, argument, expected: 'a name without "/"', received: name });
  },
};

/** The options that every layer takes. */
export const commonRules: {
  readonly name: Rule<string>;
  readonly trainable: Rule<boolean>;
  readonly activityRegularizer: Rule<Regularizer | null>;
  readonly inputShape: Rule<Shape | undefined>;
} = {
  name: layerName,
  trainable: optional(boolean, true),
  activityRegularizer: regularizer,
  inputShape: optional<Shape | undefined>({ read: shape.read, write: (value) => value }, undefined),
};
