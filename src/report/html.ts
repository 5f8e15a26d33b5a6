/** Text that is HTML already; everything else is escaped where it meets `html`. */
export class Html {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  toString(): string {
    return this.text;
  }
}

export type HtmlPart = Html | string | number | undefined | false | readonly HtmlPart[];

/** Text in element contents and in quoted attributes. */
export const escapeHtml = (text: string): string =>
  text.replace(
    /[&<>"']/g,
    (sign) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' })[sign]!,
  );

/** HTML from a template: values are escaped unless they are `Html`; lists are joined, `undefined` and `false` left out. */
export function html(literals: TemplateStringsArray, ...values: readonly HtmlPart[]): Html {
  return new Html(
    literals.map((literal, k) => literal + (k < values.length ? textOf(values[k]) : '')).join(''),
  );
}

/** Figures that do not break before their sign, nor around an equals sign. */
export const unbroken = (text: string): string => text.replaceAll(/ (?=[%=])|(?<==) /g, '\u00a0');

/** A number with the sign for minus, which is as wide as a plus. */
export const withMinus = (number: string): string => number.replace('-', '\u2212');

/** A name that may break behind its underscores and full stops. */
export const breakable = (name: string): Html =>
  html`${name.split(/(?<=[_.])/).map((part, k) => html`${k > 0 && wordBreak}${part}`)}`;

const wordBreak = new Html('<wbr>');

function textOf(part: HtmlPart): string {
  if (part === undefined || part === false) return '';
  if (part instanceof Html) return part.text;
  if (typeof part === 'object') return part.map(textOf).join('');
  return escapeHtml(String(part));
}
