import { InvalidArgumentError, nearest, type Place } from '../errors/index.ts';
import { customObject, howToRegister, optionsOfConfig, ownClassConfig } from './custom-objects.ts';
import { camelCase } from './naming.ts';
import type { Rule } from './options.ts';

/** What a Keras config names by its class. */
export interface OfClass {
  readonly className: string;
  /** Options in the form of a Keras config. */
  readonly config: Readonly<Record<string, unknown>>;
}

export interface SerializedObject {
  readonly class_name: string;
  readonly config: Readonly<Record<string, unknown>>;
}

const plain = (name: string): string => name.replace(/[^a-z0-9]/gi, '').toLowerCase();

/**
 * The option of a layer that takes an object, its name, its form in a Keras config, or null, which is its default.
 * @param kind as which one's own are registered
 * @param what for errors, such as `a regularizer`
 * @param byName what makes it; each may be called without options
 * @param method what every such object has
 */
export function ruleByClass<T extends OfClass>(
  kind: 'constraints' | 'regularizers',
  what: string,
  byName: Readonly<Record<string, (options?: object) => T>>,
  method: keyof T & string,
): Rule<T | null> {
  const makers = new Map<string, (options?: object) => T>();
  for (const [name, make] of Object.entries(byName)) {
    makers.set(plain(name), make);
    makers.set(plain(make().className), make);
  }
  const read = (value: unknown, argument: string, place: Place): T | null => {
    if (value === null) return null;
    const given = value as Partial<T & SerializedObject>;
    const isMade = typeof given.className === 'string' && typeof given[method] === 'function';
    if (typeof value === 'object' && isMade) return value as T;
    const isSerialized = typeof value === 'object' && typeof given.class_name === 'string';
    const name = isSerialized ? given.class_name : value;
    const custom = customObject(kind, name);
    if (custom) {
      const made = custom(optionsOfConfig(given.config)) as unknown as T;
      if (typeof made?.[method] === 'function') return made;
      const expected = `${what} from "${String(name)}"`;
      throw new InvalidArgumentError({ ...place, argument, expected, received: made });
    }
    const make = typeof name === 'string' ? makers.get(plain(name)) : undefined;
    if (!make) {
      throw new InvalidArgumentError({
        ...place,
        argument,
        expected: isSerialized
          ? `the class of ${what}. ${howToRegister(kind, name)}`
          : `${what}, its name, or null`,
        received: value,
        suggestion: typeof name === 'string' ? nearest(name, Object.keys(byName)) : undefined,
      });
    }
    if (!isSerialized) return make();
    const options = Object.entries(given.config ?? {}).map(([key, item]) => [camelCase(key), item]);
    return make(Object.fromEntries(options));
  };
  return {
    fallback: () => null,
    read,
    write: (value) =>
      value &&
      (customObject(kind, value.className)
        ? ownClassConfig(value.className, value.config)
        : {
            module: `keras.${kind}`,
            class_name: value.className,
            config: value.config,
            registered_name: null,
          }),
  };
}
