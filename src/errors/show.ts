const longestText = 60;
const longestValue = 120;
const mostItems = 8;
const mostDepth = 2;

/** A value as a person would write it in code, cut to at most about 120 characters. */
export function show(value: unknown): string {
  try {
    return cut(write(value, 0), longestValue);
  } catch {
    return `a value of type ${typeof value}`;
  }
}

/** A shape, with `null` for the batch: `[null, 28, 28, 1]`. */
export function showShape(shape: readonly (number | null)[]): string {
  return `[${shape.map(String).join(', ')}]`;
}

const cut = (text: string, most: number): string =>
  text.length <= most ? text : `${text.slice(0, most - 1)}…`;

function write(value: unknown, depth: number): string {
  switch (typeof value) {
    case 'string':
      return JSON.stringify(cut(value, longestText));
    case 'number':
      return Object.is(value, -0) ? '-0' : String(value);
    case 'bigint':
      return `${value}n`;
    case 'function':
      return value.name ? `function ${value.name}` : 'a function';
    case 'object':
      return value === null ? 'null' : writeObject(value, depth);
    default:
      return String(value);
  }
}

function writeObject(value: object, depth: number): string {
  const name = value.constructor?.name ?? 'Object';
  if (value instanceof Error) return `${value.name}: ${cut(value.message, longestText)}`;
  if (value instanceof Date) return `Date ${JSON.stringify(value)}`;
  if (value instanceof RegExp) return String(value);
  if (ArrayBuffer.isView(value) && 'length' in value) {
    const items = value as unknown as ArrayLike<unknown>;
    return `${name}(${items.length}) ${list(items, depth)}`;
  }
  if (Array.isArray(value)) return list(value, depth);
  if (name !== 'Object') return `an instance of ${name}`;
  const entries = Object.entries(value);
  if (depth >= mostDepth && entries.length) return '{…}';
  const shown = entries.slice(0, mostItems).map(([key, item]) => `${key}: ${write(item, depth + 1)}`);
  if (entries.length > mostItems) shown.push('…');
  return shown.length ? `{ ${shown.join(', ')} }` : '{}';
}

function list(items: ArrayLike<unknown>, depth: number): string {
  if (depth >= mostDepth && items.length) return '[…]';
  const shown = Array.from({ length: Math.min(items.length, mostItems) }, (_, i) =>
    write(items[i], depth + 1),
  );
  if (items.length > mostItems) shown.push(`… ${items.length} in all`);
  return `[${shown.join(', ')}]`;
}
