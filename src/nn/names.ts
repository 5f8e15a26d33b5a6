/** `meanSquaredError` -> `mean_squared_error`, among types. */
export type SnakeCase<Name extends string> = Name extends `${infer Letter}${infer Rest}`
  ? `${Letter extends Lowercase<Letter> ? Letter : `_${Lowercase<Letter>}`}${SnakeCase<Rest>}`
  : '';

/** A name, or the form of it that Keras has. */
export type NameLike<Name extends string> = Name | SnakeCase<Name>;

/** Names in a table of what may be called without options. */
export type PlainName<Table> = {
  [Name in keyof Table]: Table[Name] extends () => unknown ? Name : never;
}[keyof Table] &
  string;
