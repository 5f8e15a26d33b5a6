#!/usr/bin/env node
import { relative } from 'node:path';
import type { Context } from './context.ts';
import { runCommandLine } from './program.ts';

// A reader that goes away (`atrous train | head`) must not end a training.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
}

/** The sources run as they are, without an installed command. */
function callOf(file: string): string {
  if (!file.endsWith('.ts')) return 'npx atrous';
  const path = relative(process.cwd(), file);
  return path.startsWith('..') ? `node ${file}` : `npx node ${path}`;
}

const context: Context = {
  stdout: process.stdout,
  stderr: process.stderr,
  env: process.env,
  now: () => performance.now() / 1000,
  self: callOf(import.meta.filename),
  args: process.argv.slice(2),
  exitCode: 0,
};
process.exitCode = await runCommandLine(process.argv.slice(2), context);
