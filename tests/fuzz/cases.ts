import { isAtrousError } from '../../src/errors/index.ts';
import { caseSource, pick } from './random.ts';
import type { FuzzedReader } from './readers.ts';

/** What is wrong with how a reader took a case. */
export interface Fault {
  /** untyped: another error than the library's; careless: an accident of JavaScript behind one; slow; large. */
  readonly kind: 'untyped' | 'careless' | 'slow' | 'large' | 'aborted';
  readonly detail: string;
}

export interface Outcome {
  readonly accepted: boolean;
  readonly fault?: Fault;
}

/** The damaged file of a case; it depends on seed and index alone. */
export async function makeCase(
  reader: FuzzedReader,
  files: readonly Uint8Array[],
  seed: number,
  index: number,
): Promise<Uint8Array> {
  const random = caseSource(seed, index);
  return reader.mutate(pick(files, random), pick(files, random), random);
}

/** Reads a file; only the library's own errors may come. */
export async function tryFile(reader: FuzzedReader, bytes: Uint8Array): Promise<Outcome> {
  try {
    await reader.read(bytes);
    return { accepted: true };
  } catch (error) {
    return { accepted: false, fault: faultOf(error) };
  }
}

function faultOf(error: unknown): Fault | undefined {
  if (!isAtrousError(error)) return { kind: 'untyped', detail: describe(error) };
  if (error.code === 'internal' || error.code === 'runtime')
    return { kind: 'untyped', detail: error.message };
  const { cause } = error;
  const isAccident =
    cause instanceof TypeError || cause instanceof RangeError || cause instanceof ReferenceError;
  return isAccident && !isForeign(cause)
    ? { kind: 'careless', detail: `${error.message} <- ${describe(cause)}` }
    : undefined;
}

/** Decoders of others fail as they like: TextDecoder, and those of packages. */
const isForeign = ({ message, stack = '' }: Error): boolean => {
  const frames = stack.slice(stack.indexOf(message) + message.length).split('\n');
  const first = frames.find((frame) => /^\s+at /.test(frame) && !frame.includes('<anonymous>'));
  return /encoded data was not valid/.test(message) || first?.includes('node_modules') === true;
};

const describe = (error: unknown): string =>
  error instanceof Error ? (error.stack ?? error.message).split('\n').slice(0, 4).join(' ') : String(error);
