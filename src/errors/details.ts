/** Where an argument was given: to a layer, named as the model names it, or to a function or command. */
export interface Place {
  readonly layer?: string;
  /** Such as `fit` or `atrous train`. */
  readonly call?: string;
}

export interface InvalidArgument extends Place {
  /** Name of the argument as the caller wrote it. */
  readonly argument: string;
  /** What would have been right, such as `a positive integer`. */
  readonly expected: string;
  readonly received: unknown;
  /** A name that the caller may have meant. */
  readonly suggestion?: string;
}

export interface UnknownOption extends Place {
  readonly option: string;
  readonly known: readonly string[];
  readonly suggestion?: string;
}

export interface WrongShape extends Place {
  /** What has the shape, such as `the input` or `kernel`. */
  readonly subject: string;
  /** What would have been right: a shape, or words such as `4 dimensions [batch, height, width, channels]`. */
  readonly expected: string | readonly (number | null)[];
  readonly received: readonly (number | null)[];
}

export interface BadFile {
  /** Path, URL or description of what was read. */
  readonly source: string;
  /** A sentence that says what is wrong with it, without the full stop. */
  readonly problem: string;
  /** A sentence that says what to do, without the full stop. */
  readonly advice?: string;
}

export interface NonFinite {
  /** What is not finite, such as `loss`. */
  readonly quantity: string;
  readonly value: number;
  /** Training step, counted from 0 over the whole training. */
  readonly step?: number;
  /** Epoch, counted from 0. */
  readonly epoch?: number;
  /** The first layer in forward order whose values are not finite. */
  readonly layer?: string;
}

export interface Unsupported extends Place {
  /** The thing that is missing, as the start of a sentence: `A lambda layer`. */
  readonly feature: string;
  /** A sentence that says what to do instead, without the full stop. */
  readonly advice?: string;
}

export interface FileFailure {
  readonly action: 'read' | 'write' | 'create' | 'remove' | 'download';
  /** Path or URL. */
  readonly path: string;
  /** A sentence that says why, without the full stop. */
  readonly problem: string;
  readonly advice?: string;
}
