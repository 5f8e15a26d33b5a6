import type { layers } from '../../src/index.ts';
import type { LayerOptions, Shape } from '../../src/nn/layers/layer.ts';
import type { Kind } from './kinds.ts';
import * as k from './kinds.ts';

type Layers = typeof layers;
export type LayerName = Exclude<keyof Layers, 'inputLayer'>;
type OptionsOf<Name extends LayerName> = NonNullable<Parameters<Layers[Name]>[0]>;

/** An input that the layer refuses, or options with which it does. */
export interface Impossible {
  readonly options?: Readonly<Record<string, unknown>>;
  readonly inputs?: readonly Shape[];
  /** What the error says. */
  readonly says: RegExp;
}

/** What a layer takes: `kinds` has every option that its type has beside those of all layers. */
export interface LayerRow<Name extends LayerName = LayerName> {
  readonly kinds: { readonly [Option in Exclude<keyof OptionsOf<Name>, keyof LayerOptions>]-?: Kind };
  /** Options that must be given, and others that the inputs need. */
  readonly given: OptionsOf<Name>;
  readonly inputs: readonly Shape[];
  /** Dimensions of a sample that it takes, the lowest and the highest. Default those of the input alone. */
  readonly ranks?: readonly [lowest: number, highest: number];
  readonly impossible?: readonly Impossible[];
}

export type LayerRows<Names extends LayerName> = { readonly [Name in Names]: LayerRow<Name> };

/** The options that every layer takes. */
export const common: { readonly [Option in keyof LayerOptions]-?: Kind } = {
  name: k.text,
  trainable: k.boolean,
  inputShape: k.shape,
  activityRegularizer: k.regularizer,
};

type Weight<Prefix extends string> = `${Prefix}${'Initializer' | 'Regularizer' | 'Constraint'}`;

/** The three options of a weight. */
export const weight = <const Prefix extends string>(
  prefix: Prefix,
): { readonly [K in Weight<Prefix>]: Kind } =>
  ({
    [`${prefix}Initializer`]: k.initializer,
    [`${prefix}Regularizer`]: k.regularizer,
    [`${prefix}Constraint`]: k.constraint,
  }) as { readonly [K in Weight<Prefix>]: Kind };

export const dataFormat: Kind = k.orNull(k.oneOf('channelsLast', 'channelsFirst'));
export const anyRank: readonly [number, number] = [0, 8];

/** A sample of [..., channels] with four positions along each spatial dimension. */
export const space = (rank: number, channels = 2): Shape => [...new Array<number>(rank).fill(4), channels];
