import { compareKernel, randomSource } from './compare.testing.ts';
import { compileKernel } from './compile-kernel.ts';
import { Choices } from './kernel-maker.testing.ts';
import { KERNEL_KINDS } from './kernels.testing.ts';

/** What a process of the test of modes prints, one JSON line. */
export interface ModeReport {
  readonly kernels: number;
  readonly paths: Record<string, number>;
  readonly failures: { readonly kind: string; readonly seed: number; readonly difference: string }[];
}

/** The kernel of a kind and seed, and the numbers that its buffers are filled from. */
export function seededKernel(
  kind: string,
  seed: number,
): { kernel: ReturnType<(typeof KERNEL_KINDS)[string]>; next: () => number } {
  const next = randomSource(Math.imul(seed, 7919) + 1);
  for (let k = 0; k < 5; k++) next();
  return { kernel: KERNEL_KINDS[kind](new Choices(next)), next };
}

/** Compares `count` kernels of every kind with the reference in this process, whatever its flags are. */
export function compareKinds(first: number, count: number): ModeReport {
  const paths: Record<string, number> = {};
  const failures: ModeReport['failures'] = [];
  let kernels = 0;
  for (const kind of Object.keys(KERNEL_KINDS)) {
    for (let seed = first; seed < first + count; seed++) {
      const { kernel, next } = seededKernel(kind, seed);
      const registerLanes = seed % 2 === 0 ? 8 : 4;
      const options = { samples: seed % 4, special: seed % 3 === 0 ? 0.1 : 0 };
      const { compiled, difference } = compareKernel(kernel, next, options, (k, builder) =>
        compileKernel(k, builder, { registerLanes }),
      );
      kernels++;
      paths[compiled.schedule.path] = (paths[compiled.schedule.path] ?? 0) + 1;
      if (difference) failures.push({ kind, seed, difference });
    }
  }
  return { kernels, paths, failures };
}

if (process.argv[1] === import.meta.filename) {
  const [first, count] = process.argv.slice(2).map(Number);
  process.stdout.write(`${JSON.stringify(compareKinds(first, count))}\n`);
}
