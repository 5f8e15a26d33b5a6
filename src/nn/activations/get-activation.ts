import { InvalidArgumentError, nearest, type Place, UnsupportedError } from '../../errors/index.ts';
import { nodeOf } from '../../graph/is-node.ts';
import type { Node } from '../../graph/node.ts';
import {
  customObject,
  functionConfig,
  functionNameOf,
  howToRegister,
  nameOfCustom,
} from '../custom-objects.ts';
import type { NameLike } from '../names.ts';
import { camelCase, snakeCase } from '../naming.ts';
import { optional, type Rule } from '../options.ts';
import type { Activation } from './activation.ts';
import * as named from './named.ts';

/** An activation, its name (camelCase or snake_case), or a function from node to node. */
export type ActivationLike = Activation | ActivationName | ((x: Node) => Node);

/** Names of activations, ours and those of Keras. */
export type ActivationName = NameLike<Exclude<keyof typeof named, 'threshold'>>;

/** Names of Keras for those whose names there are not the snake_case of ours. */
const otherNames: Readonly<Record<string, string>> = { swish: 'silu', hardSwish: 'hard_silu' };

// threshold has arguments without defaults, so its name alone says nothing.
const nameable = Object.entries(named).filter(([key]) => key !== 'threshold');

/** Activations by name, in the form that Keras has in files. */
const byName: Readonly<Record<string, Activation>> = Object.fromEntries(
  nameable.map(([key, apply]) => [
    key,
    { name: otherNames[key] ?? snakeCase(key), apply: apply as (x: Node) => Node },
  ]),
);

const byFunction = new Map<unknown, Activation>(nameable.map(([key, apply]) => [apply, byName[key]!]));

/**
 * Finds an activation by name, or by the function of `activations` (which is then saved by its name).
 * @param place for errors: what was called. Default none
 * @throws {InvalidArgumentError}
 */
export function getActivation(value: unknown, argument: string, place: Place = {}): Activation {
  if (value === null) return byName.linear!;
  if (typeof value === 'function') {
    const own = value as (x: Node) => Node;
    return byFunction.get(own) ?? ownActivation(nameOfCustom('activations', own), own, argument);
  }
  const name = functionNameOf(value) ?? value;
  const custom = customObject('activations', name);
  if (custom) return ownActivation(nameOfCustom('activations', custom), custom, argument);
  if (typeof value === 'object' && 'apply' in value && typeof value.apply === 'function')
    return value as Activation;
  const found = typeof name === 'string' && Object.hasOwn(byName, camelCase(name)) && byName[camelCase(name)];
  if (found) return found;
  const isFromFile = typeof name === 'string' && name !== value;
  throw new InvalidArgumentError({
    ...place,
    argument,
    expected: isFromFile
      ? `the name of an activation. ${howToRegister('activations', name)}`
      : 'an activation, its name, or a function',
    received: value,
    suggestion: typeof value === 'string' ? nearest(value, Object.keys(byName)) : undefined,
  });
}

const ownActivation = (name: string | undefined, own: (x: Node) => Node, argument: string): Activation => ({
  name,
  apply: (x) => nodeOf(own(x), argument),
});

/** The option of a layer that takes an activation. */
export const activationRule: Rule<Activation> = {
  read: getActivation,
  write: ({ name }) => {
    if (name !== undefined) return customObject('activations', name) ? functionConfig(name) : name;
    const feature = 'Saving an activation that is a function of your own';
    throw new UnsupportedError({
      feature,
      advice: 'Register it with registerCustomObjects({ activations: { name: function } })',
    });
  },
};

/** The same, absent meaning none. */
export const activation: Rule<Activation> = optional(activationRule, byName.linear!);
