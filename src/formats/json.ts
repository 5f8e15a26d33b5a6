import { FormatError } from '../errors/index.ts';

export type JsonObject = { readonly [key: string]: unknown };

/** True for a value that JSON writes as an object. */
export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Deepest nesting of arrays and objects, most values of a text, most characters of a key. */
const mostDepth = 64;
const mostValues = 2 ** 20;
const mostKeyLength = 4096;

/** Assigning it would change the prototype of an object instead of one of its properties. */
const refusedKey = '__proto__';

/**
 * Parses a JSON object of a file: nested at most 64 deep, of at most 2^20 values, without the key `__proto__`.
 * @param source names it in errors
 * @param options anyKeys: also `__proto__`, for readers that assign no key to an object
 * @throws {FormatError} also for bytes that are not UTF-8, and for values that are no object
 */
export function parseJson(
  text: Uint8Array | string,
  source: string,
  options: { readonly anyKeys?: boolean } = {},
): JsonObject {
  const fail = (problem: string, cause?: unknown): never => {
    throw new FormatError({ source, problem }, { cause });
  };
  let value: unknown;
  try {
    const decoded = typeof text === 'string' ? text : new TextDecoder('utf-8', { fatal: true }).decode(text);
    if (depthExceeds(decoded, mostDepth)) throw new Error(`it is nested more than ${mostDepth} deep`);
    value = JSON.parse(decoded);
  } catch (cause) {
    if (cause instanceof Error && cause.message.startsWith('it is nested')) fail(cause.message);
    return fail('it is not valid JSON in UTF-8', cause);
  }
  if (!isObject(value)) return fail('it is no JSON object');
  checkValues(value, options.anyKeys === true, fail);
  return value;
}

/** Brackets count outside of strings only. */
function depthExceeds(text: string, most: number): boolean {
  let depth = 0;
  let inString = false;
  for (let k = 0; k < text.length; k++) {
    const code = text.charCodeAt(k);
    if (inString) {
      if (code === 0x5c) k++;
      else if (code === 0x22) inString = false;
    } else if (code === 0x22) inString = true;
    else if (code === 0x5b || code === 0x7b) {
      if (++depth > most) return true;
    } else if (code === 0x5d || code === 0x7d) depth--;
  }
  return false;
}

function checkValues(root: object, anyKeys: boolean, fail: (problem: string) => never): void {
  const open: object[] = [root];
  let values = 0;
  for (let next = open.pop(); next; next = open.pop()) {
    const isArray = Array.isArray(next);
    const items: readonly unknown[] = isArray ? (next as unknown[]) : Object.values(next);
    values += items.length;
    if (values > mostValues) fail(`it has more than ${mostValues} values`);
    for (const item of items) if (typeof item === 'object' && item !== null) open.push(item);
    for (const key of isArray ? [] : Object.keys(next)) {
      if (!anyKeys && key === refusedKey) fail(`it has the key "${key}"`);
      if (key.length > mostKeyLength) fail(`it has a key of ${key.length} characters`);
    }
  }
}
