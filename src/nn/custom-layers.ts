import { InvalidArgumentError } from '../errors/index.ts';
import type { Node } from '../graph/node.ts';
import { Layer, type LayerKind, type LayerOptions, layerKind } from './layers/layer.ts';
import type { Rules } from './options.ts';

const defined = new Map<string, (options?: object) => Layer>();

/** The function that `defineLayer` gave for a class, or undefined. */
export const definedLayer = (className: string): ((options?: object) => Layer) | undefined =>
  defined.get(className);

/**
 * A layer of your own: its options with their rules (`rules.positive`, `rules.optional(rules.number(), 1)`, ...), its
 * weights, and what it computes from operations; gradients are derived. Files name its class, so define it before you
 * load one; what Keras does not know cannot be saved for it.
 * @returns the function that makes such layers
 * @throws {InvalidArgumentError} if the kind has no class name or no call
 */
export function defineLayer<R extends Rules>(kind: LayerKind<R>): (options?: object) => Layer {
  const { className, call } = kind ?? {};
  if (typeof className !== 'string' || !/^[A-Z]\w*$/.test(className)) {
    const expected = 'a name such as "Scale"';
    throw new InvalidArgumentError({
      call: 'defineLayer',
      argument: 'className',
      expected,
      received: className,
    });
  }
  if (typeof call !== 'function') {
    const expected = 'a function of options, nodes and a scope that gives a node';
    throw new InvalidArgumentError({ call: 'defineLayer', argument: 'call', expected, received: call });
  }
  const make = layerKind({ ...kind, options: kind.options ?? {}, keras: { ...kind.keras, missing: true } });
  defined.set(className, make);
  return make;
}

/**
 * A layer that is a function of nodes. It has no weights, and no file can hold it: `defineLayer` makes one that files can.
 * @throws {InvalidArgumentError}
 */
export function lambda(f: (...inputs: Node[]) => Node, options: LayerOptions = {}): Layer {
  if (typeof f !== 'function') {
    const expected = 'a function of nodes that gives a node';
    throw new InvalidArgumentError({ call: 'lambda', argument: 'f', expected, received: f });
  }
  return new Layer(
    {
      className: 'Lambda',
      options: {},
      inputs: 'any',
      keras: { missing: true },
      call: (_, inputs) => f(...inputs),
    },
    options,
  );
}
