import { brIf, get, type Local, loop, set, tee } from '../backends/wasm/assembler.ts';
import { i32 } from '../backends/wasm/assembler-scalar.ts';
import { f32x4, v128 } from '../backends/wasm/assembler-simd.ts';
import { ModuleBuilder } from '../backends/wasm/module.ts';

const repeats = 50_000;
const unrolled = 4;
const warmUps = 50;
const turns = 12;
/** A multiplication and an addition of four lanes. */
const operations = 8;

/**
 * GFLOP/s of multiplications and additions in registers that this thread reaches at best from WebAssembly, in about a
 * tenth of a second.
 * @param wide V8 joins pairs of vectors
 * @param now a clock in milliseconds
 */
export function measurePeak(wide: boolean, now: () => number): number {
  const builder = new ModuleBuilder();
  const fn = builder.function('peak', ['i32', 'i32'], { exportName: 'peak' });
  // as many sums at once as cover the latency of an addition, in pairs where V8 joins them
  const n = wide ? 20 : 10;
  const sums: Local<'v128'>[] = Array.from({ length: n }, () => fn.local('v128'));
  const factors = [fn.local('v128'), fn.local('v128')];
  const [base, count] = [fn.param(0), fn.param(1)];
  const block = [
    ...factors.map((x, k) => set(x, v128.load(get(base), 16 * k))),
    ...sums.map((x, k) =>
      set(x, f32x4.add(f32x4.mul(get(factors[k & 1]!), v128.load(get(base), 512 + 16 * (k & 1))), get(x))),
    ),
  ];
  fn.setBody([
    ...sums.map((x, k) => set(x, v128.load(get(base), 16 * k))),
    loop([
      ...Array.from({ length: unrolled }, () => block).flat(),
      brIf(0, tee(count, i32.sub(get(count), i32.const(1)))),
    ]),
    ...sums.map((x, k) => v128.store(get(base), get(x), 16 * k)),
  ]);
  const module = new WebAssembly.Module(builder.encode({ initial: 1, shared: false }));
  const memory = new WebAssembly.Memory({ initial: 1 });
  const { peak } = new WebAssembly.Instance(module, { env: { memory } }).exports as Record<
    string,
    (base: number, count: number) => void
  >;
  for (let k = 0; k < warmUps; k++) peak!(1024, 20_000);
  let best = 0;
  for (let k = 0; k < turns; k++) {
    const start = now();
    peak!(1024, repeats);
    best = Math.max(best, (repeats * unrolled * n * operations) / (now() - start) / 1e6);
  }
  return best;
}
