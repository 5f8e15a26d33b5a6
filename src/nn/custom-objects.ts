import { functionValue, InvalidArgumentError, knownOptions } from '../errors/index.ts';
import type { Node } from '../graph/node.ts';
import type { Constraint } from './constraints/constraint.ts';
import type { Initializer } from './initializers/initializer.ts';
import type { Loss } from './losses/loss.ts';
import type { OwnFunction } from './losses/own-function.ts';
import type { Metric } from './metrics/metric.ts';
import { camelCase } from './naming.ts';
import type { Optimizer } from './optimizers/optimizer.ts';
import type { Regularizer } from './regularizers/regularizer.ts';

type FromOptions<T> = (options: Readonly<Record<string, unknown>>) => T;
type Named<T> = Readonly<Record<string, T>>;

/**
 * What a file or a name may mean beside what is here, by its name, or by its class in Keras (without a package). What
 * is made from options gets those of the file, with their names in camelCase.
 */
export interface CustomObjects {
  readonly activations?: Named<(x: Node) => Node>;
  readonly constraints?: Named<FromOptions<Constraint>>;
  readonly initializers?: Named<FromOptions<Initializer>>;
  /** A function of target and prediction, or what makes a loss from options. */
  readonly losses?: Named<OwnFunction | { readonly fromOptions: FromOptions<Loss> }>;
  /** A function of target and prediction, or what makes a metric from options. */
  readonly metrics?: Named<OwnFunction | { readonly fromOptions: FromOptions<Metric> }>;
  readonly optimizers?: Named<FromOptions<Optimizer>>;
  readonly regularizers?: Named<FromOptions<Regularizer>>;
}

export type CustomKind = keyof CustomObjects;
type Entry<K extends CustomKind> = NonNullable<CustomObjects[K]>[string];

const registered: { readonly [K in CustomKind]-?: Map<string, Entry<K>> } = {
  activations: new Map(),
  constraints: new Map(),
  initializers: new Map(),
  losses: new Map(),
  metrics: new Map(),
  optimizers: new Map(),
  regularizers: new Map(),
};

/**
 * Tells what losses, metrics, activations, ... of your own are called, as Keras's `register_keras_serializable` does, so
 * that files can name them: call it before such a file is loaded or saved. A later object of a name takes its place.
 * Layers of your own are registered by `defineLayer`.
 * @throws {InvalidArgumentError}
 */
export function registerCustomObjects(objects: CustomObjects): void {
  const place = { call: 'registerCustomObjects' };
  knownOptions(objects, Object.keys(registered), place);
  const checked = Object.entries(objects).flatMap(([kind, byName]) => {
    if (byName === undefined) return [];
    const table = Object.prototype.toString.call(byName) === '[object Object]' ? byName : undefined;
    if (!table) {
      const expected = 'an object of functions by name';
      throw new InvalidArgumentError({ ...place, argument: kind, expected, received: byName });
    }
    return Object.entries(table as Named<unknown>).map(([name, entry]) => {
      const made =
        kind === 'losses' || kind === 'metrics' ? ((entry as HasMaker)?.fromOptions ?? entry) : entry;
      functionValue(made, 'a function', `${kind}.${name}`, place);
      return [kind as CustomKind, name, entry] as const;
    });
  });
  for (const [kind, name, entry] of checked) (registered[kind] as Map<string, unknown>).set(name, entry);
}

interface HasMaker {
  readonly fromOptions?: unknown;
}

/** `Package>Name`, as Keras writes what was registered with a package, is `Name`. */
const withoutPackage = (name: string): string => name.slice(name.lastIndexOf('>') + 1);

/** What was registered under a name, or undefined. */
export const customObject = <K extends CustomKind>(kind: K, name: unknown): Entry<K> | undefined =>
  typeof name === 'string'
    ? (registered[kind] as Map<string, Entry<K>>).get(withoutPackage(name))
    : undefined;

/** The name under which a function was registered, or undefined. */
export const nameOfCustom = (kind: CustomKind, entry: unknown): string | undefined =>
  [...registered[kind]].find(([, own]) => own === entry)?.[0];

/** Options of a Keras config, with their names in camelCase. */
export const optionsOfConfig = (config: unknown): Readonly<Record<string, unknown>> =>
  Object.fromEntries(Object.entries(Object(config)).map(([key, value]) => [camelCase(key), value]));

/**
 * Under which name Keras looks for what a program registered: that of `register_keras_serializable()` without a package
 * (https://keras.io/api/models/model_saving_apis/serialization_utils/).
 */
const registeredName = (name: string): string => `Custom>${name}`;

/** An object of a class of the user as Keras writes one in a config. */
export const ownClassConfig = (className: string, config: unknown): Record<string, unknown> => ({
  module: null,
  class_name: className,
  config,
  registered_name: registeredName(className),
});

/** A function of the user as Keras writes one in a config. */
export const functionConfig = (name: string): Record<string, unknown> => ({
  module: 'builtins',
  class_name: 'function',
  config: registeredName(name),
  registered_name: 'function',
});

/** The name in such a config, or undefined. */
export function functionNameOf(value: unknown): string | undefined {
  const { class_name: className, config } = Object(value) as { class_name?: unknown; config?: unknown };
  return className === 'function' && typeof config === 'string' ? withoutPackage(config) : undefined;
}

/** How a class or function of a file can be made known. */
export function howToRegister(kind: CustomKind, name: unknown): string {
  const own = typeof name === 'string' ? withoutPackage(name) : 'Name';
  const key = /^[A-Za-z_$][\w$]*$/.test(own) ? own : JSON.stringify(own);
  return `One of your own has to be registered before: registerCustomObjects({ ${kind}: { ${key}: ... } })`;
}
