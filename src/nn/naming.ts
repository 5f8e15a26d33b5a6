/** `SeparableConv2D` -> `separable_conv2d`, `ReLU` -> `re_lu`: the default name of a layer, as Keras forms it. */
export const snakeCase = (name: string): string =>
  name
    .replace(/\W+/g, '')
    .replace(/(.)([A-Z][a-z]+)/g, '$1_$2')
    .replace(/([a-z])([A-Z])/g, '$1_$2')
    .toLowerCase();

/** `kernel_size` -> `kernelSize`; what has no underscore stays. */
export const camelCase = (name: string): string =>
  name.replace(/_+([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());

/** `mean_squared_error`, `MeanSquaredError`, `meanSquaredError` -> `meansquarederror`: equal for all forms of a name. */
export const plainName = (name: string): string => name.replaceAll('_', '').toLowerCase();

/** Names that are taken in one network; a repeated base gets `_1`, `_2`, ... as in Keras. */
export class NameScope {
  readonly #taken = new Set<string>();
  readonly #counts = new Map<string, number>();

  has(name: string): boolean {
    return this.#taken.has(name);
  }

  take(name: string): void {
    this.#taken.add(name);
  }

  /** The first free name of `base`, `base_1`, `base_2`, ..., which is then taken. */
  claim(base: string): string {
    let count = this.#counts.get(base) ?? 0;
    let name = count === 0 ? base : `${base}_${count}`;
    while (this.#taken.has(name)) name = `${base}_${++count}`;
    this.#counts.set(base, count + 1);
    this.#taken.add(name);
    return name;
  }
}
