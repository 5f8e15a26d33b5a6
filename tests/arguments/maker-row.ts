import type { Kind } from './kinds.ts';

type OptionsOf<Make> = Make extends (options?: infer Options) => unknown
  ? NonNullable<Options>
  : Make extends (options: infer Options) => unknown
    ? Options
    : never;

/** What a function takes that makes something from options: `kinds` has every option that its type has. */
export interface MakerRow<Make> {
  readonly kinds: { readonly [Option in keyof OptionsOf<Make>]-?: Kind };
  /** Options that must be given. Default none. */
  readonly given?: OptionsOf<Make>;
}

/** A row for every function of a namespace, those aside that take something else than options. */
export type MakerRows<Namespace, Others extends keyof Namespace = never> = {
  readonly [Name in Exclude<keyof Namespace, Others>]: MakerRow<Namespace[Name]>;
};
