import { readFileSync } from 'node:fs';
import { availableParallelism, cpus, loadavg, platform, release, totalmem } from 'node:os';

/** What the numbers were taken on. */
export interface Machine {
  readonly processor: string;
  readonly cores: number;
  readonly memoryGiB: number;
  readonly system: string;
  /** Load of the last minute before the bench began: above 0.5, something else was running. */
  readonly load: number;
  readonly node: string;
}

/** Describes this machine. */
export function machine(): Machine {
  return {
    processor: `${cpus()[0]?.model ?? 'unknown'}${processorFamily()}`,
    cores: availableParallelism(),
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    system: `${platform()} ${release()}`,
    load: Math.round(loadavg()[0]! * 100) / 100,
    node: process.version,
  };
}

/** Virtual machines often hide the processor's name; family and model tell its generation. */
function processorFamily(): string {
  if (platform() !== 'linux') return '';
  const text = readFileSync('/proc/cpuinfo', 'utf8');
  const field = (name: string): string | undefined =>
    new RegExp(`^${name}\\s*:\\s*(.+)$`, 'm').exec(text)?.[1];
  const family = field('cpu family');
  return family === undefined ? '' : ` (family ${family}, model ${field('model')})`;
}
