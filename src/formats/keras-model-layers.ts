import { FormatError } from '../errors/index.ts';
import { definedLayer } from '../nn/custom-layers.ts';
import * as layers from '../nn/layers/index.ts';
import { kindOf, type Layer } from '../nn/layers/layer.ts';
import { camelCase } from '../nn/naming.ts';

type Config = Readonly<Record<string, unknown>>;
type Make = (options: never) => Layer;

/** The layers that files may name, by their class in Keras: all that `layers` has, as each says of itself. */
const layersByClass: ReadonlyMap<string, Make> = new Map(
  (Object.values(layers) as Make[]).flatMap((make) => {
    const className = kindOf(make)?.className;
    return className === undefined ? [] : [[className, make] as const];
  }),
);

const absent = (value: unknown): boolean => value === null || value === undefined;
const isFloat32 = (value: unknown): boolean =>
  absent(value) ||
  value === 'float32' ||
  (typeof value === 'object' && (value as { config?: { name?: unknown } }).config?.name === 'float32');

/** Entries of a Keras config that no layer here has as an option, and the values that ask for nothing. */
const withoutMeaning: Readonly<Record<string, (value: unknown) => boolean>> = {
  dtype: isFloat32,
  data_format: (value) => absent(value) || value === 'channels_last',
  lora_rank: absent,
  lora_alpha: absent,
  quantization_config: absent,
  noise_shape: absent,
  rms_scaling: (value) => !value,
  synchronized: (value) => !value,
  renorm: (value) => !value,
  renorm_clipping: absent,
  renorm_momentum: () => true,
  autocast: () => true,
  // Random numbers come from the seed of the training.
  seed: () => true,
};

/** A layer as its class and config say. */
export function layerFromConfig(className: unknown, config: Config, source: string): Layer {
  const make =
    typeof className === 'string' ? (layersByClass.get(className) ?? definedLayer(className)) : undefined;
  if (!make) {
    const own = typeof className === 'string' ? className : 'Name';
    const advice = `A class of your own has to be defined before: defineLayer({ className: '${own}', ... }). Known layers: InputLayer, ${[...layersByClass.keys()].join(', ')}`;
    throw new FormatError({
      source,
      problem: `it has a layer of class ${JSON.stringify(className)}, which is not known`,
      advice,
    });
  }
  const options: Record<string, unknown> = {};
  const known = kindOf(make)!;
  for (const [key, value] of Object.entries(config)) {
    const isOption =
      Object.hasOwn(known.options, camelCase(key)) || (known.keras?.dataFormat && key === 'data_format');
    const isEmpty = !isOption && Object.hasOwn(withoutMeaning, key) ? withoutMeaning[key] : undefined;
    if (!isEmpty) options[camelCase(key)] = value;
    else if (!isEmpty(value)) {
      const problem = `layer "${String(config.name)}" has ${key} ${JSON.stringify(value)}, which is not supported`;
      throw new FormatError({ source, problem });
    }
  }
  try {
    return make(options as never);
  } catch (cause) {
    const problem = cause instanceof Error ? cause.message : String(cause);
    throw new FormatError({ source, problem: problem.replace(/\.$/, '') }, { cause });
  }
}

/** The config of a layer as Keras reads it. */
export function kerasConfigOf(layer: Layer): Record<string, unknown> {
  const { name, trainable, ...options } = layer.getConfig();
  return { name, ...(layer.keras.fixed ? {} : { trainable }), dtype: 'float32', ...options };
}
