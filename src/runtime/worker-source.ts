import { controlWords } from './control.ts';
import { serve } from './worker.ts';

/** The script of a worker, whose channel is what the expression `port` gives. */
export function workerSource(port: string): string {
  return `(${serve})(${port}, ${JSON.stringify(controlWords)});`;
}
