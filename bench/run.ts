import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compare } from './compare.ts';
import { help, type Options, readOptions } from './options.ts';

/** Commands beside the comparison, by their flag; each reads the rest of the line itself. */
const commands: Readonly<Record<string, () => Promise<(args: readonly string[]) => Promise<number>>>> = {
  '--kernels': async () => (await import('./profile/command.ts')).showKernels,
  '--random': async () => (await import('./random/command.ts')).runRandom,
  '--pictures': async () => (await import('./pictures/command.ts')).drawPictures,
  '--memory': async () => (await import('./memory/command.ts')).showMemory,
  '--start': async () => (await import('./start/command.ts')).showStart,
  '--scaling': async () => (await import('./scaling/command.ts')).showScaling,
  '--runtimes': async () => (await import('./runtimes/command.ts')).showRuntimes,
  '--page': async () => (await import('./page/command.ts')).showPage,
  '--networks': async () => (await import('./digits.ts')).trainDigits,
};

async function main(args: readonly string[]): Promise<number> {
  const flag = args.find((text) => text.split('=')[0]! in commands);
  if (flag !== undefined) return (await commands[flag.split('=')[0]!]!())(args);
  let options: Options | undefined;
  try {
    options = readOptions(args);
  } catch (error) {
    console.error(`${(error as Error).message}\n\n${help}`);
    return 2;
  }
  if (options === undefined) {
    console.log(help);
    return 0;
  }
  const folder = mkdtempSync(join(tmpdir(), 'atrous-bench-'));
  try {
    await compare(options, folder);
    return 0;
  } catch (error) {
    console.error((error as Error).message);
    return 1;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

process.exitCode = await main(process.argv.slice(2));
