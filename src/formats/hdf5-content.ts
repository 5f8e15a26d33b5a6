import type { StoredArray } from './stored-array.ts';

/** Value of an attribute; those of other types are left out on reading. */
export type Hdf5Attribute = string | number | readonly string[] | readonly number[];

/** What an HDF5 file holds. Paths have no slash at their ends: `layers/dense/vars/0`; the root is ''. */
export interface Hdf5Content {
  /** Data sets of numbers and booleans by path. */
  readonly arrays: ReadonlyMap<string, StoredArray>;
  /** Groups by path, the empty ones too. Parents of what is written need not be named. */
  readonly groups: ReadonlySet<string>;
  /** Attributes of groups and data sets by path and name. */
  readonly attributes: ReadonlyMap<string, ReadonlyMap<string, Hdf5Attribute>>;
}

export interface Hdf5Limits {
  /** Most bytes of all arrays together. Default 1 GiB, and never more than 4 MiB and 512 times the file. */
  readonly maxBytes: number;
  /** Most groups and data sets. Default 100,000. */
  readonly maxObjects: number;
}

/** One thing for the HDF5 library to do. */
export type Hdf5Request =
  | { readonly kind: 'read'; readonly bytes: Uint8Array; readonly limits: Hdf5Limits }
  | { readonly kind: 'write'; readonly content: Hdf5Content };

/** What came of it; `broken` means that the library may not be used again. */
export type Hdf5Reply =
  | { readonly kind: 'read'; readonly content: Hdf5Content }
  | { readonly kind: 'written'; readonly bytes: Uint8Array }
  | { readonly kind: 'problem'; readonly problem: string; readonly broken: boolean };

/** Runs the HDF5 library somewhere: on this thread, or in a worker that can be thrown away. */
export interface Hdf5Host {
  /** Resolves also for files that are wrong; rejects where the library could not be run to an end. */
  run(request: Hdf5Request): Promise<Hdf5Reply>;
}
