import { InvalidArgumentError, nearest, type Place } from '../../errors/index.ts';
import { camelCase } from '../../nn/naming.ts';

const field = /\{(\w+)(?::([^{}]*))?\}/g;

/** True where different epochs or steps give different paths. */
export const hasFields = (template: string): boolean => template.search(field) >= 0;

/**
 * A path with values in place of its fields, in the form of Python that Keras uses: `{epoch:02d}-{val_loss:.2f}`.
 * @throws {InvalidArgumentError} for a field that has no value, or a form that is none
 */
export function filledPath(
  template: string,
  values: Readonly<Record<string, number>>,
  place: Place & { readonly argument: string },
): string {
  return template.replace(field, (_, name: string, form: string | undefined) => {
    const value = values[name] ?? values[camelCase(name)];
    if (value !== undefined) return formatted(value, form ?? '', place);
    const names = Object.keys(values);
    const expected = `fields among ${names.map((each) => `{${each}}`).join(', ')}`;
    throw new InvalidArgumentError({
      ...place,
      expected,
      received: `{${name}}`,
      suggestion: nearest(name, names),
    });
  });
}

function formatted(value: number, form: string, place: Place & { readonly argument: string }): string {
  const found = /^(0?)(\d*)(?:\.(\d+))?([dfe]?)$/.exec(form);
  if (!found) {
    const expected = 'forms such as {epoch:02d} and {val_loss:.2f}';
    throw new InvalidArgumentError({ ...place, expected, received: `{:${form}}` });
  }
  const [, zero, width, digits, kind] = found;
  const text =
    kind === 'e'
      ? value.toExponential(Number(digits ?? 6))
      : kind === 'f' || digits !== undefined
        ? value.toFixed(Number(digits ?? 6))
        : String(value);
  return text.padStart(Number(width || 0), zero ? '0' : ' ');
}
