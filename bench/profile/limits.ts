import { forRange, get } from '../../src/backends/wasm/assembler.ts';
import { i32 } from '../../src/backends/wasm/assembler-scalar.ts';
import { f32x4, v128 } from '../../src/backends/wasm/assembler-simd.ts';
import { ModuleBuilder } from '../../src/backends/wasm/module.ts';
import { measurePeak } from '../../src/engine/measure-peak.ts';

/** What one core of this machine can do from WebAssembly, measured. */
export interface Limits {
  /** Multiplications and additions in registers, GFLOP/s. */
  readonly peak: number;
  /** GB/s of a sum of two vectors into a third, by the bytes of all three, ascending. */
  readonly bandwidths: readonly { readonly bytes: number; readonly rate: number }[];
}

const sizes = [24, 384, 3072, 98_304].map((kib) => kib * 1024);

/** @param wide V8 joins pairs of vectors */
export function measureLimits(wide: boolean): Limits {
  return { peak: measurePeak(wide, () => performance.now()), bandwidths: measureBandwidths() };
}

/** The bandwidth of the smallest measured working set that is not smaller. */
export function bandwidthFor({ bandwidths }: Limits, bytes: number): { bytes: number; rate: number } {
  return bandwidths.find((level) => bytes <= level.bytes) ?? bandwidths.at(-1)!;
}

/** The best of some runs of `run(n)`, in units a millisecond. */
function best(units: number, run: () => void): number {
  let rate = 0;
  for (let k = 0; k < 12; k++) {
    const start = performance.now();
    run();
    rate = Math.max(rate, units / (performance.now() - start));
  }
  return rate;
}

function instantiate(builder: ModuleBuilder, pages: number): Record<string, CallableFunction> {
  const memory = new WebAssembly.Memory({ initial: pages });
  const module = new WebAssembly.Module(builder.encode({ initial: 1, shared: false }));
  return new WebAssembly.Instance(module, { env: { memory } }).exports as Record<string, CallableFunction>;
}

function measureBandwidths(): Limits['bandwidths'] {
  const builder = new ModuleBuilder();
  const fn = builder.function('sum', ['i32', 'i32', 'i32', 'i32'], { exportName: 'sum' });
  const [a, b, c, bytes] = [fn.param(0), fn.param(1), fn.param(2), fn.param(3)];
  const at = fn.local('i32');
  const store = (offset: number) =>
    v128.store(
      i32.add(get(c), get(at)),
      f32x4.add(v128.load(i32.add(get(a), get(at)), offset), v128.load(i32.add(get(b), get(at)), offset)),
      offset,
    );
  fn.setBody([forRange(at, i32.const(0), get(bytes), [0, 16, 32, 48, 64, 80, 96, 112].map(store), 128)]);
  const { sum } = instantiate(builder, Math.ceil(sizes.at(-1)! / 65_536) + 2);
  return sizes.map((total) => {
    const part = Math.floor(total / 3 / 128) * 128;
    const repeats = Math.max(1, Math.round(2e8 / total / 4));
    const run = (): void => {
      for (let k = 0; k < repeats; k++) sum!(1024, 1024 + part, 1024 + 2 * part, part);
    };
    run();
    return { bytes: total, rate: best(3 * part * repeats, run) / 1e6 };
  });
}
