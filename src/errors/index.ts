export * from './check.ts';
export type * from './details.ts';
export * from './errors.ts';
export { nearest } from './nearest.ts';
export { show, showShape } from './show.ts';
