import type * as ops from './index.ts';

/** Name of an operation as `ops` exports it. Tables of all operations are typed by it. */
export type OpName = keyof typeof ops;
