import { CommanderError } from 'commander';
import { type AtrousError, isAtrousError } from '../errors/index.ts';

/** How a command ends that cannot do what it was asked: what is printed, and its exit code. */
export interface Failure {
  /** Empty where everything was said already. */
  readonly message: string;
  /** 1 for work that failed, 2 for bad use and bad input, 0 for help and the version. */
  readonly exitCode: number;
}

/** System errors that are no fault of what was typed: a full disk, a quota, a broken device. */
const failedDevices = new Set(['ENOSPC', 'EDQUOT', 'EFBIG', 'EIO', 'ENOMEM', 'EMFILE', 'ENFILE']);

/**
 * The sentence and the exit code for an error.
 * @param traced whether errors that nobody foresaw show where they arose
 */
export function failureOf(error: unknown, traced: boolean): Failure {
  if (error instanceof CommanderError) return usageFailure(error);
  if (isAtrousError(error)) {
    const trace = traced && error.stack !== undefined ? `\n${error.stack}` : '';
    return { message: `${oneLine(error.message)}${trace}`, exitCode: exitCodeOf(error) };
  }
  if (traced && error instanceof Error && error.stack) return { message: error.stack, exitCode: 1 };
  const reason = oneLine(error instanceof Error ? error.message : String(error)).replace(/\.$/, '');
  return {
    message: `An unexpected error came up: ${reason}. ATROUS_DEBUG=1 shows where.`,
    exitCode: 1,
  };
}

/** Whether the environment asks for traces of errors: `ATROUS_DEBUG` lists what to show, `1` among it. */
export const wantsTrace = (env: Readonly<Record<string, string | undefined>>): boolean =>
  (env.ATROUS_DEBUG ?? '').split(',').some((word) => word.trim() === '1');

function exitCodeOf(error: AtrousError): number {
  switch (error.code) {
    case 'numeric':
    case 'runtime':
    case 'internal':
      return 1;
    case 'file':
      return failedDevices.has(systemCode(error)) || error.message.startsWith('Cannot download') ? 1 : 2;
    default:
      return 2;
  }
}

function systemCode(error: Error): string {
  for (let cause: unknown = error; cause instanceof Error; cause = cause.cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (typeof code === 'string' && /^E[A-Z]+$/.test(code)) return code;
  }
  return '';
}

function usageFailure(error: CommanderError): Failure {
  if (error.exitCode === 0) return { message: '', exitCode: 0 };
  if (error.code === 'commander.help') return { message: '', exitCode: 2 };
  const plain = error.message.replace(/^error: /, '').replace(/\n\((Did you mean .*)\)$/, '. $1');
  const sentence = oneLine(plain.charAt(0).toUpperCase() + plain.slice(1));
  return { message: /[.?!]$/.test(sentence) ? sentence : `${sentence}.`, exitCode: 2 };
}

const oneLine = (text: string): string => text.replace(/\s*\n\s*/g, ' ').trim();
