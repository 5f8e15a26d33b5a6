/** What the header of a .npy file says. */
export interface NpyHeader {
  readonly descr: string;
  readonly fortranOrder: boolean;
  readonly shape: readonly number[];
}

const token = /\s*(?:([{}():,])|'([^'\\]*)'|"([^"\\]*)"|(True|False)|(\d{1,16})L?)/y;
type Token = string | boolean | number | { readonly text: string };

/**
 * Parses the Python dictionary of a .npy header: exactly the keys descr (a string), fortran_order and shape, in
 * any order. Nothing else of Python's syntax is known, so nothing can be executed.
 * @returns a sentence's end that says what is wrong, where it is
 */
export function parseNpyHeader(text: string): NpyHeader | string {
  const tokens = tokenize(text);
  if (!tokens) return 'its header is no dictionary of descr, fortran_order and shape';
  let position = 0;
  const next = (): Token | undefined => tokens[position++];
  const found = new Map<string, Token | number[]>();
  const broken = 'its header is not well formed';
  if (next() !== '{') return broken;
  for (;;) {
    const key = next();
    if (key === '}') break;
    if (typeof key !== 'object' || found.has(key.text) || next() !== ':') return broken;
    const value = next();
    if (value === '(') {
      const extents: number[] = [];
      let item = next();
      while (typeof item === 'number') {
        extents.push(item);
        item = next();
        if (item !== ',') break;
        item = next();
      }
      if (item !== ')') return broken;
      found.set(key.text, extents);
    } else if (value === undefined || typeof value === 'string') return broken;
    else found.set(key.text, value);
    const after = next();
    if (after === '}') break;
    if (after !== ',') return broken;
  }
  if (position !== tokens.length) return broken;
  const [descr, order, shape] = ['descr', 'fortran_order', 'shape'].map((key) => found.get(key));
  if (found.size !== 3 || typeof descr !== 'object' || Array.isArray(descr))
    return 'its header has no descr that is a plain element type';
  if (typeof order !== 'boolean') return 'its header has no fortran_order that is True or False';
  if (!Array.isArray(shape)) return 'its header has no shape that is a tuple';
  return { descr: descr.text, fortranOrder: order, shape };
}

function tokenize(text: string): Token[] | undefined {
  const tokens: Token[] = [];
  const end = text.trimEnd().length;
  token.lastIndex = 0;
  while (token.lastIndex < end) {
    const match = token.exec(text);
    if (!match) return undefined;
    const [, mark, single, double, boolean, number] = match;
    if (mark !== undefined) tokens.push(mark);
    else if (boolean !== undefined) tokens.push(boolean === 'True');
    else if (number !== undefined) tokens.push(Number(number));
    else tokens.push({ text: single ?? double! });
  }
  return tokens;
}
