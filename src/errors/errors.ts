import type {
  BadFile,
  FileFailure,
  InvalidArgument,
  NonFinite,
  Place,
  UnknownOption,
  Unsupported,
  WrongShape,
} from './details.ts';
import { invalidValue, nonFinite, unable, unknownName, unsupported, wrongShape } from './sentences.ts';

/** What kind of failure it was, for programs; the message is for people. */
export type ErrorCode =
  | 'invalid-argument'
  | 'shape'
  | 'format'
  | 'data'
  | 'numeric'
  | 'unsupported'
  | 'file'
  | 'runtime'
  | 'internal';

/** Base of every error that this library throws on purpose. */
export class AtrousError extends Error {
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'AtrousError';
    this.code = code;
  }
}

const codes: ReadonlySet<unknown> = new Set<ErrorCode>([
  'invalid-argument',
  'shape',
  'format',
  'data',
  'numeric',
  'unsupported',
  'file',
  'runtime',
  'internal',
]);

/** True for errors of this library, also those made by a second copy of it. Takes any value, and throws nothing. */
export function isAtrousError(error: unknown): error is AtrousError {
  return error instanceof Error && 'code' in error && codes.has(error.code);
}

/** An argument has a value that it cannot have. */
export class InvalidArgumentError extends AtrousError {
  readonly argument: string;
  readonly layer: string | undefined;
  readonly expected: string;
  readonly received: unknown;
  readonly details: InvalidArgument;

  constructor(details: InvalidArgument, message: string = invalidValue(details)) {
    super('invalid-argument', message);
    this.name = 'InvalidArgumentError';
    this.argument = details.argument;
    this.layer = details.layer;
    this.expected = details.expected;
    this.received = details.received;
    this.details = details;
  }
}

/** An option that does not exist, often a misspelt one. */
export class UnknownOptionError extends InvalidArgumentError {
  readonly option: UnknownOption;

  constructor(option: UnknownOption) {
    const { known, ...rest } = option;
    super(
      { ...rest, argument: option.option, expected: `one of ${known.join(', ')}`, received: option.option },
      unknownName(option),
    );
    this.name = 'UnknownOptionError';
    this.option = option;
  }
}

/** A tensor or a layer's input has a shape that does not fit. */
export class ShapeError extends AtrousError {
  readonly layer: string | undefined;
  readonly details: WrongShape;

  constructor(details: WrongShape) {
    super('shape', wrongShape(details));
    this.name = 'ShapeError';
    this.layer = details.layer;
    this.details = details;
  }
}

/** Bytes that are not what their format says. */
export class FormatError extends AtrousError {
  readonly source: string;

  constructor(details: BadFile, options?: ErrorOptions) {
    super('format', unable(`read ${details.source}`, details.problem, details.advice), options);
    this.name = 'FormatError';
    this.source = details.source;
  }
}

/** Data that was read but cannot be used: labels out of range, counts that differ, values that are not finite. */
export class DataError extends AtrousError {
  readonly source: string;

  constructor(details: BadFile, options?: ErrorOptions) {
    super('data', unable(`use ${details.source}`, details.problem, details.advice), options);
    this.name = 'DataError';
    this.source = details.source;
  }
}

/** A computation gave NaN or infinity where training cannot go on. */
export class NumericError extends AtrousError {
  readonly layer: string | undefined;
  readonly step: number | undefined;
  readonly details: NonFinite;

  constructor(details: NonFinite) {
    super('numeric', nonFinite(details));
    this.name = 'NumericError';
    this.layer = details.layer;
    this.step = details.step;
    this.details = details;
  }
}

/** Something meaningful that this library or this machine cannot do. */
export class UnsupportedError extends AtrousError {
  readonly layer: string | undefined;
  readonly details: Unsupported;

  constructor(details: Unsupported, options?: ErrorOptions) {
    super('unsupported', unsupported(details), options);
    this.name = 'UnsupportedError';
    this.layer = details.layer;
    this.details = details;
  }
}

/** The file system or the network refused. */
export class FileError extends AtrousError {
  readonly path: string;

  constructor(details: FileFailure, options?: ErrorOptions) {
    super('file', unable(`${details.action} ${details.path}`, details.problem, details.advice), options);
    this.name = 'FileError';
    this.path = details.path;
  }
}

/** A worker, a memory or a compiled program failed while it ran; `problem` and `advice` are whole sentences. */
export class RuntimeError extends AtrousError {
  constructor(problem: string, options?: ErrorOptions) {
    super('runtime', problem, options);
    this.name = 'RuntimeError';
  }
}

/** A condition that the library itself guarantees does not hold: a defect to report. */
export class InternalError extends AtrousError {
  constructor(problem: string, options?: ErrorOptions) {
    super('internal', `Internal error: ${problem} Please report this.`, options);
    this.name = 'InternalError';
  }
}

/**
 * Holds a condition that callers cannot break.
 * @throws {InternalError} when it does not hold
 */
export function invariant(condition: unknown, problem: string): asserts condition {
  if (!condition) throw new InternalError(/[.!?]$/.test(problem) ? problem : `${problem}.`);
}

/**
 * Runs `build` and names `layer` in an argument or shape error that names no layer yet, so that operations need not
 * know which layer calls them.
 */
export const inLayer = <T>(layer: string, build: () => T): T =>
  inPlace({ layer }, (details) => details.layer === undefined, build);

/** Runs `build` and names `call` in an argument or shape error that names neither a call nor a layer yet. */
export const inCall = <T>(call: string, build: () => T): T =>
  inPlace({ call }, (details) => details.layer === undefined && details.call === undefined, build);

function inPlace<T>(place: Place, isFree: (details: Place) => boolean, build: () => T): T {
  try {
    return build();
  } catch (error) {
    if (error instanceof UnknownOptionError && isFree(error.option))
      throw new UnknownOptionError({ ...error.option, ...place });
    if (error instanceof InvalidArgumentError && isFree(error.details))
      throw new InvalidArgumentError({ ...error.details, ...place });
    if (error instanceof ShapeError && isFree(error.details))
      throw new ShapeError({ ...error.details, ...place });
    if (error instanceof UnsupportedError && isFree(error.details))
      throw new UnsupportedError({ ...error.details, ...place }, { cause: error.cause });
    throw error;
  }
}
