import { Command, CommanderError } from 'commander';
import type { Context } from './context.ts';
import { doctorCommand } from './doctor.ts';
import { evaluateCommand } from './evaluate.ts';
import { failureOf, wantsTrace } from './failure.ts';
import { inspectCommand } from './inspect.ts';
import { learningRateCommand } from './lr-finder.ts';
import { predictCommand } from './predict.ts';
import { reportCommand } from './report-command.ts';
import { trainCommand } from './train.ts';
import { packageVersion } from './version.ts';

/**
 * Runs the command line.
 * @param args what was typed after the name of the program
 * @returns the exit code: 0, 1 (failed work), 2 (bad use or bad input), or 128 and the number of a signal
 */
export async function runCommandLine(args: readonly string[], context: Context): Promise<number> {
  const program = createProgram(context);
  try {
    await program.parseAsync([...args], { from: 'user' });
    return context.exitCode;
  } catch (error) {
    const { message, exitCode } = failureOf(error, wantsTrace(context.env));
    if (message) context.stderr.write(`atrous: ${message}${usageHint(error, program, args)}\n`);
    return exitCode;
  }
}

function createProgram(context: Context): Command {
  const program = new Command('atrous')
    .description('Trains and runs separable and dilated convolutional networks.')
    .version(packageVersion(), '--version', 'print the version')
    .helpOption('--help', 'print this help')
    .helpCommand(false)
    .addHelpText('after', `\nExample:\n  ${context.self} train mnist --model seed --out runs/seed`);
  const commands = [
    trainCommand,
    evaluateCommand,
    predictCommand,
    reportCommand,
    inspectCommand,
    learningRateCommand,
    doctorCommand,
  ];
  for (const make of commands) program.addCommand(make(context));
  for (const command of [program, ...program.commands]) {
    command.helpOption('--help', 'print this help').exitOverride();
    command.configureOutput({
      writeOut: (text) => context.stdout.write(text),
      writeErr: (text) => context.stderr.write(text),
      outputError: () => {},
    });
  }
  return program;
}

/** Where bad use is explained. */
function usageHint(error: unknown, program: Command, args: readonly string[]): string {
  if (!(error instanceof CommanderError)) return '';
  const command = program.commands.find((each) => each.name() === args[0]);
  return ` See: atrous ${command ? `${command.name()} ` : ''}--help`;
}
