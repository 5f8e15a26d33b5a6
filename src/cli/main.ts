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

const fromSources = import.meta.filename.endsWith('.ts');
const context: Context = {
  stdout: process.stdout,
  stderr: process.stderr,
  env: process.env,
  now: () => performance.now() / 1000,
  self: fromSources ? `npx node ${relative(process.cwd(), import.meta.filename)}` : 'npx atrous',
  exitCode: 0,
};
process.exitCode = await runCommandLine(process.argv.slice(2), context);
