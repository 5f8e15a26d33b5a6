import type { Graph, Node } from '../graph/node.ts';

/** Values fed to or read from a program. Batched values hold the samples one after another, row-major. */
export type Values = Float32Array | Int32Array | Uint8Array;

/** One step of a program: a batch in, variables updated, outputs out. */
export interface Feed {
  /** Samples in this batch, 1 to the program's `maxBatch`. */
  readonly batchSize: number;
  /** By name of the input node: batched inputs hold `batchSize` samples, unbatched ones their few elements. */
  readonly inputs: Readonly<Record<string, Values>>;
  /** Number of the training step (0, 1, ...): part of the key of random numbers. Default 0. */
  readonly step?: number;
  /** Seed of random numbers, 64 bits as two unsigned halves [low, high]. Default [0, 0]. */
  readonly seed?: readonly [low: number, high: number];
}

/** Outputs of a step by name. */
export type Outputs = Readonly<Record<string, Float32Array>>;

/** A compiled graph over the variables of its session. */
export interface Program {
  readonly graph: Graph;
  readonly maxBatch: number;
  /**
   * Runs one step. Calls may overlap: steps run in the order of the calls, and a feed's values are copied before
   * the call returns. Keep a few in flight to hide latency.
   */
  run(feed: Feed): Promise<Outputs>;
  /**
   * Makes the assignments of the graph's `prelude` alone, from what a step with this feed would compute; nothing where it
   * has none. Steps that are asked for afterwards run afterwards.
   */
  prelude(feed: Feed): Promise<void>;
}

/** A compiled graph that runs on the calling thread. */
export interface SyncProgram {
  readonly graph: Graph;
  readonly maxBatch: number;
  /**
   * Runs one step and returns when it is done.
   * @throws {RuntimeError} while steps of the session are in flight
   */
  run(feed: Feed): Outputs;
}

/**
 * Owns variables and the memory in which programs run. Programs of one session share the variables, so that a
 * training program and a predicting one see the same parameters. Steps of all programs run one after another.
 */
export interface Session {
  /** Compiles a graph. Variables that the session has not seen start as zeros. */
  compile(graph: Graph, options: { readonly maxBatch: number }): Promise<Program>;
  /**
   * Compiles a graph for the calling thread and waits for it: for small predictions, whose work is less than what it
   * costs to wake other threads. Those help with a step over one sample where its nests are large enough.
   */
  compileSync(graph: Graph, options: { readonly maxBatch: number }): SyncProgram;
  /** A copy of a variable, row-major. Waits for steps in flight. */
  read(variable: Node): Promise<Float32Array>;
  /** Sets a variable, row-major. Waits for steps in flight. */
  write(variable: Node, values: Float32Array): Promise<void>;
  /** Ends workers and drops the memory; later calls reject. */
  dispose(): void;
}
