import { InvalidArgumentError, nearest, type Place } from '../../errors/index.ts';
import { customObject, howToRegister, optionsOfConfig, ownClassConfig } from '../custom-objects.ts';
import type { NameLike } from '../names.ts';
import { camelCase } from '../naming.ts';
import type { Rule } from '../options.ts';
import { constant, ones, zeros } from './constants.ts';
import type { Initializer } from './initializer.ts';
import { identity, orthogonal } from './matrices.ts';
import { randomNormal, randomUniform, truncatedNormal } from './random.ts';
import {
  glorotNormal,
  glorotUniform,
  heNormal,
  heUniform,
  lecunNormal,
  lecunUniform,
  varianceScaling,
} from './variance-scaling.ts';

/** An initialiser, its name, or its serialised form in a Keras config. */
export type InitializerLike = Initializer | InitializerName | SerializedInitializer;

type OwnName =
  | 'zeros'
  | 'ones'
  | 'constant'
  | 'randomNormal'
  | 'randomUniform'
  | 'truncatedNormal'
  | 'varianceScaling'
  | 'glorotUniform'
  | 'glorotNormal'
  | 'heUniform'
  | 'heNormal'
  | 'lecunUniform'
  | 'lecunNormal'
  | 'identity'
  | 'orthogonal';
/** Names of initialisers, ours and those of Keras. */
export type InitializerName = NameLike<OwnName>;

export interface SerializedInitializer {
  readonly class_name: string;
  readonly config: Readonly<Record<string, unknown>>;
}

const byName: Readonly<Record<OwnName, (options?: object) => Initializer>> = {
  zeros,
  ones,
  constant,
  randomNormal,
  randomUniform,
  truncatedNormal,
  varianceScaling,
  glorotUniform,
  glorotNormal,
  heUniform,
  heNormal,
  lecunUniform,
  lecunNormal,
  identity,
  orthogonal,
};

/**
 * Finds an initialiser by name (`heNormal`, `he_normal`, `HeNormal`) or by its Keras config.
 * @param place for errors: what was called. Default none
 * @throws {InvalidArgumentError}
 */
export function getInitializer(value: unknown, argument: string, place: Place = {}): Initializer {
  if (isInitializer(value)) return value;
  const config = isSerialized(value) ? optionsOf(value.config) : {};
  const given = isSerialized(value) ? value.class_name : value;
  const custom = customObject('initializers', given);
  if (custom) {
    const made: unknown = custom(optionsOfConfig(isSerialized(value) ? value.config : {}));
    if (isInitializer(made)) return made;
    throw new InvalidArgumentError({
      ...place,
      argument,
      expected: `an initializer from "${given}"`,
      received: made,
    });
  }
  if (typeof given === 'string') {
    // Some releases of Keras write `OrthogonalInitializer`.
    const plain = camelCase(given).replace(/(?<=.)Initializer$/, '');
    const name = plain.charAt(0).toLowerCase() + plain.slice(1);
    if (Object.hasOwn(byName, name)) return byName[name as OwnName](config);
  }
  const names = Object.keys(byName);
  throw new InvalidArgumentError({
    ...place,
    argument,
    expected: isSerialized(value)
      ? `the class of an initializer. ${howToRegister('initializers', given)}`
      : 'an initializer or the name of one',
    received: value,
    suggestion: typeof given === 'string' ? nearest(given, names) : undefined,
  });
}

const isInitializer = (value: unknown): value is Initializer =>
  typeof value === 'object' &&
  value !== null &&
  !Array.isArray(value) &&
  'className' in value &&
  typeof value.className === 'string' &&
  'values' in value &&
  typeof value.values === 'function';

const isSerialized = (value: unknown): value is SerializedInitializer =>
  typeof value === 'object' &&
  value !== null &&
  'class_name' in value &&
  'config' in value &&
  typeof value.config === 'object' &&
  value.config !== null;

/** Null stands for the default (`seed`), or for what newer releases of Keras added (`input_axes`). */
const optionsOf = (config: Readonly<Record<string, unknown>>): object =>
  Object.fromEntries(
    Object.entries(config)
      .filter(([, value]) => value !== null)
      .map(([key, value]) => [key, typeof value === 'string' ? camelCase(value) : value]),
  );

/** The option of a layer that takes an initialiser. */
export const initializer: Rule<Initializer> = {
  read: getInitializer,
  write: ({ className, config }) =>
    customObject('initializers', className)
      ? ownClassConfig(className, config)
      : { module: 'keras.initializers', class_name: className, config, registered_name: null },
};
